package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.protocol.v1.HistoryRequest;
import dev.lockstep.protocol.v1.JobRecord;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code lockstep history}: what was done on every device, by whom, and which backups there are.
 */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "Shows what was done on every device, by whom, and the backups.")
final class HistoryCommand implements Callable<Integer> {
  private static final int MOST = 1_000;

  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

  @Parameters(paramLabel = "COMPONENT", arity = "0..1", description = "Only this component.")
  private String component;

  @Option(names = "--device", paramLabel = "ID", description = "Only these devices.")
  private List<String> devices = List.of();

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many jobs (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Option(names = "--checks", description = "Checks for updates too.")
  private boolean checks;

  @Option(names = "--backups", description = "Only the backups.")
  private boolean backups;

  @Override
  public Integer call() {
    if (limit < 1 || limit > MOST) {
      throw new UsageException("--limit must be 1 to " + MOST + ", not " + limit);
    }
    return busOptions.withBus(this::history).code();
  }

  private ExitCode history(Bus bus) {
    Fleet fleet = Fleet.of(bus, busOptions.deadline());
    for (String device : devices) {
      if (!fleet.devices().contains(device)) {
        System.err.println(
            "no such device: %s; there are %s"
                .formatted(device, String.join(", ", fleet.devices())));
        return ExitCode.NOT_FOUND;
      }
    }
    if (component != null && !fleet.components().contains(component)) {
      System.err.println(
          "no such component: %s; there are %s"
              .formatted(component, String.join(", ", fleet.components())));
      return ExitCode.NOT_FOUND;
    }
    HistoryRequest request =
        HistoryRequest.newBuilder()
            .setComponent(component == null ? "" : component)
            .setLimit(limit)
            .build();
    History all = History.of(fleet, request, devices, busOptions.deadline());
    List<JobRecord> wanted =
        all.jobs().stream()
            .filter(one -> !backups && (checks || !one.getJob().getKind().equals("check")))
            .toList();
    History shown =
        new History(
            wanted.subList(0, Math.min(limit, wanted.size())),
            all.backups(),
            all.missing(),
            all.more() || wanted.size() > limit);
    output.print(
        shown.toMessage(),
        () -> {
          if (!backups) {
            return HistoryText.of(shown);
          }
          return shown.backups().isEmpty()
              ? "there are no backups"
              : HistoryText.backups(shown.backups());
        });
    shown
        .missing()
        .forEach(device -> System.err.println(device + " does not answer; its jobs are missing"));
    return ExitCode.OK;
  }
}
