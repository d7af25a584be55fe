package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.StateReport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockstep notes}: what is new in what is offered. */
@Command(
    name = "notes",
    mixinStandardHelpOptions = true,
    description = "Shows the release notes of what is offered.")
final class NotesCommand implements Callable<Integer> {
  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

  @Parameters(paramLabel = "COMPONENT", arity = "0..*", description = "Only of these components.")
  private List<String> components = List.of();

  @Option(names = "--exit-code", description = "Exit with 77 instead of 0 when nothing is offered.")
  private boolean exitCode;

  @Override
  public Integer call() {
    return busOptions.withBus(this::notes).code();
  }

  private ExitCode notes(Bus bus) {
    StateReport report = HubState.ask(bus, busOptions.deadline());
    for (String component : components) {
      if (report.getComponentsList().stream()
          .noneMatch(known -> known.getComponent().equals(component))) {
        System.err.println("cannot show notes of " + component + ": nobody announced it");
        return ExitCode.NOT_FOUND;
      }
    }
    Offer.Builder wanted = report.getOffer().toBuilder().clearReleases().clearInStore();
    report.getOffer().getReleasesList().stream()
        .filter(one -> components.isEmpty() || components.contains(one.getComponent()))
        .forEach(wanted::addReleases);
    report.getOffer().getInStoreList().stream()
        .filter(one -> components.isEmpty() || components.contains(one.getComponent()))
        .forEach(wanted::addInStore);
    List<OfferedRelease> shown = new ArrayList<>(wanted.getReleasesList());
    shown.addAll(wanted.getInStoreList());
    output.print(wanted, () -> text(shown));
    return exitCode && shown.isEmpty() ? ExitCode.NOTHING_TO_DO : ExitCode.OK;
  }

  private static String text(List<OfferedRelease> releases) {
    List<String> parts = new ArrayList<>();
    for (OfferedRelease release : releases) {
      String notes = release.getNotes().isBlank() ? "(no notes)" : release.getNotes().strip();
      String part =
          "%s %s%s%s\n\n%s"
              .formatted(
                  release.getComponent(),
                  release.getToVersion(),
                  release.getCritical() ? " (critical)" : "",
                  release.getStoreLink().isEmpty()
                      ? ""
                      : " in the store at " + printable(release.getStoreLink()),
                  printable(notes));
      if (!parts.contains(part)) {
        parts.add(part);
      }
    }
    return parts.isEmpty() ? "nothing is offered" : String.join("\n\n", parts);
  }

  /** Notes come from outside: nothing in them may steer a terminal. */
  private static String printable(String notes) {
    return notes.replaceAll("[\\p{Cntrl}&&[^\\n\\t]]", " ");
  }
}
