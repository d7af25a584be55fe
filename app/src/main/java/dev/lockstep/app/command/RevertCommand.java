package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.RevertData;
import dev.lockstep.protocol.v1.RevertRequest;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockstep revert}: goes back to an earlier version, with or without its data. */
@Command(
    name = "revert",
    mixinStandardHelpOptions = true,
    description = {
      "Goes back to an earlier version that is still on the devices.",
      "Without --code-only or --with-data it says what each would do and what would be lost, and"
          + " on a terminal asks which; elsewhere it changes nothing."
    })
final class RevertCommand implements Callable<Integer> {
  private static final String BACKUP = "backup_[A-Za-z0-9][A-Za-z0-9._+-]{0,150}";

  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

  @Parameters(
      paramLabel = "COMPONENT",
      arity = "0..1",
      description = "What goes back; may be left out where there is only one.")
  private String component;

  @Option(
      names = "--to",
      paramLabel = "VERSION",
      defaultValue = "",
      description = "To which version; without it to the previous one.")
  private String version;

  @ArgGroup(exclusive = true)
  private Data data = new Data();

  @Option(names = "--device", paramLabel = "ID", description = "Only on these devices.")
  private List<String> devices = List.of();

  @Option(names = "--dry-run", description = "Say what would happen; change nothing.")
  private boolean dryRun;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "1800",
      description = "How long to follow it (default: ${DEFAULT-VALUE}).")
  private long waitSeconds;

  /** At most one of these. */
  static final class Data {
    @Option(names = "--code-only", description = "Keep the data as they are now.")
    private boolean codeOnly;

    @Option(
        names = "--with-data",
        paramLabel = "BACKUP",
        arity = "0..1",
        fallbackValue = "",
        description = {
          "Bring the data back too: from that backup, or from the newest that fits.",
          "What was written since is kept as a backup of its own."
        })
    private String backup;
  }

  @Override
  public Integer call() {
    return busOptions.withBus(this::revert).code();
  }

  private ExitCode revert(Bus bus) {
    if (!version.isEmpty() && !ReleaseVersion.isValid(version)) {
      throw new UsageException("--to must be a version such as 1.2.3, not \"" + version + "\"");
    }
    if (data.backup != null && !data.backup.isEmpty() && !data.backup.matches(BACKUP)) {
      throw new UsageException(
          "\"%s\" is no name of a backup; \"lockstep history --backups\" lists them"
              .formatted(data.backup));
    }
    Fleet fleet = Fleet.of(bus, busOptions.deadline());
    if (component == null) {
      component = only(fleet.components());
    }
    Set<String> targets = fleet.having(component);
    if (!devices.isEmpty()) {
      targets.retainAll(devices);
    }
    if (targets.isEmpty()) {
      System.err.println(
          "no device that is there has %s; there are %s"
              .formatted(component, String.join(", ", fleet.components())));
      return ExitCode.NOT_FOUND;
    }
    if (data.codeOnly || data.backup != null) {
      RevertData choice =
          data.codeOnly ? RevertData.REVERT_DATA_KEEP : RevertData.REVERT_DATA_RESTORE;
      String backup = data.codeOnly ? "" : data.backup;
      return dryRun
          ? plan(bus, fleet, targets, choice, backup)
          : carryOut(bus, fleet, targets, choice, backup);
    }
    return offer(bus, fleet, targets);
  }

  private static String only(Set<String> components) {
    if (components.size() != 1) {
      throw new UsageException("which component? there are " + String.join(", ", components));
    }
    return components.iterator().next();
  }

  /** Says what there is to choose from; asks where somebody can answer. */
  private ExitCode offer(Bus bus, Fleet fleet, Set<String> targets) {
    System.err.println("1. Code only (--code-only)");
    ExitCode code = plan(bus, fleet, targets, RevertData.REVERT_DATA_KEEP, "");
    System.err.println("2. Code and data (--with-data)");
    ExitCode withData = plan(bus, fleet, targets, RevertData.REVERT_DATA_RESTORE, "");
    boolean possible = code == ExitCode.OK || withData == ExitCode.OK;
    if (dryRun || !possible) {
      return possible ? ExitCode.OK : code;
    }
    if (System.console() == null || output.json()) {
      System.err.println("nothing was changed: choose --code-only or --with-data");
      return ExitCode.USAGE;
    }
    String answer = System.console().readLine("Go back with 1, 2, or not at all? [1/2/N] ");
    if ("1".equals(answer) && code == ExitCode.OK) {
      return carryOut(bus, fleet, targets, RevertData.REVERT_DATA_KEEP, "");
    }
    if ("2".equals(answer) && withData == ExitCode.OK) {
      return carryOut(bus, fleet, targets, RevertData.REVERT_DATA_RESTORE, "");
    }
    System.err.println("nothing was changed");
    return ExitCode.OK;
  }

  private RevertRequest.Builder request(String job, RevertData choice, String backup) {
    return RevertRequest.newBuilder()
        .setJobId(job)
        .setComponent(component)
        .addAllDevices(devices)
        .setToVersion(version)
        .setRequestedBy(Requester.name())
        .setData(choice)
        .setBackup(backup);
  }

  /** Each device says what it would do. */
  private ExitCode plan(
      Bus bus, Fleet fleet, Set<String> targets, RevertData choice, String backup) {
    Map<String, InstallComplete> plans = plans(bus, fleet, targets, choice, backup);
    plans.values().forEach(one -> output.print(one, () -> text(one)));
    targets.stream()
        .filter(device -> !plans.containsKey(device))
        .forEach(device -> System.err.println(device + " does not answer"));
    if (!plans.keySet().containsAll(targets)) {
      return ExitCode.UNREACHABLE;
    }
    return plans.values().stream()
        .filter(one -> one.getOutcome() != InstallOutcome.INSTALL_OUTCOME_DRY_RUN)
        .findFirst()
        .map(RevertCommand::refusal)
        .orElse(ExitCode.OK);
  }

  private Map<String, InstallComplete> plans(
      Bus bus, Fleet fleet, Set<String> targets, RevertData choice, String backup) {
    String job = UUID.randomUUID().toString();
    RevertRequest request = request(job, choice, backup).setDryRun(true).build();
    return fleet.collect(
        () -> bus.publish(Topics.REVERT_REQUEST, request),
        Topics.INSTALL_COMPLETE,
        message -> message.payload().getJobId().equals(job) ? message.payload().getDevice() : "",
        targets,
        busOptions.deadline());
  }

  private static String text(InstallComplete plan) {
    if (plan.getOutcome() != InstallOutcome.INSTALL_OUTCOME_DRY_RUN) {
      return HistoryText.wrapped(
          "   ",
          "%s: not possible: %s".formatted(plan.getDevice(), MessageText.of(plan.getError())));
    }
    StringBuilder text =
        new StringBuilder("   %s: ".formatted(plan.getDevice()))
            .append(plan.getComponent())
            .append(' ')
            .append(MessageText.fromTo(plan.getFromVersion(), plan.getToVersion()));
    plan.getPlanList()
        .forEach(
            step ->
                text.append('\n')
                    .append(HistoryText.wrapped("       ", step).replaceFirst("  {5}", "     -")));
    return text.toString();
  }

  /** Nothing is asked of the hub that a device refuses. */
  private ExitCode carryOut(
      Bus bus, Fleet fleet, Set<String> targets, RevertData choice, String backup) {
    Map<String, InstallComplete> plans = plans(bus, fleet, targets, choice, backup);
    for (InstallComplete plan : plans.values()) {
      if (plan.getOutcome() != InstallOutcome.INSTALL_OUTCOME_DRY_RUN) {
        output.print(plan, () -> text(plan));
        return refusal(plan);
      }
    }
    if (!plans.keySet().containsAll(targets)) {
      targets.removeAll(plans.keySet());
      System.err.println(
          "nothing was changed: no answer from %s; name the others with --device to go without"
              .formatted(String.join(", ", targets)));
      return ExitCode.UNREACHABLE;
    }
    String job = UUID.randomUUID().toString();
    RevertRequest request = request(job, choice, backup).build();
    InstallFollower follower = new InstallFollower(bus, output.json());
    InstallComplete end =
        follower.await(
            job,
            Duration.ofSeconds(waitSeconds),
            fleet.hub(),
            () -> bus.publish(Topics.REVERT_REQUEST, request));
    output.print(end, () -> HistoryText.wrapped("", endText(end)));
    return exitCodeOf(end);
  }

  private String endText(InstallComplete end) {
    boolean back = exitCodeOf(end) == ExitCode.OK;
    return back
        ? component + " went back, job " + HistoryText.shortId(end.getJobId())
        : "%s did not go back, job %s: %s%s"
            .formatted(
                component,
                HistoryText.shortId(end.getJobId()),
                MessageText.outcome(end).toLowerCase(Locale.ROOT),
                end.hasError() ? ": " + MessageText.of(end.getError()) : "");
  }

  /** Going back is what was wanted, so that it is no failure here. */
  private static ExitCode exitCodeOf(InstallComplete end) {
    boolean failed = end.hasError() && end.getError().getCode() != ErrorCode.ERROR_CODE_UNSPECIFIED;
    return switch (end.getOutcome()) {
      case INSTALL_OUTCOME_REVERTED, INSTALL_OUTCOME_COMMITTED ->
          failed ? ExitCode.FAILED : ExitCode.OK;
      case INSTALL_OUTCOME_DEFERRED -> ExitCode.DEFERRED;
      case INSTALL_OUTCOME_REFUSED -> refusal(end);
      default -> ExitCode.FAILED;
    };
  }

  private static ExitCode refusal(InstallComplete end) {
    return switch (end.getError().getCode()) {
      case ERROR_CODE_NOTHING_TO_REVERT,
          ERROR_CODE_BACKUP_UNUSABLE,
          ERROR_CODE_INSTALL_UNKNOWN_COMPONENT,
          ERROR_CODE_DEPLOYMENT_UNKNOWN_DEVICE ->
          ExitCode.NOT_FOUND;
      case ERROR_CODE_INSTALL_INHIBITED -> ExitCode.DEFERRED;
      default -> ExitCode.FAILED;
    };
  }
}
