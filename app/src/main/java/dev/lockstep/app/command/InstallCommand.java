package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.ScheduleResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockstep install}: installs what is offered, now or later, and follows it to its end. */
@Command(
    name = "install",
    mixinStandardHelpOptions = true,
    description = {
      "Installs what is offered, or exactly the named releases: now, at a time, or a dry run.",
      "A named release may be older than what is installed. It is verified like any other. The data"
          + " stay as the newer version left them; what was left is not installed again by itself."
    })
final class InstallCommand implements Callable<Integer> {
  private static final Duration NEXT_STEP = Duration.ofSeconds(60);

  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

  @Parameters(
      paramLabel = "COMPONENT@VERSION",
      arity = "0..*",
      converter = NamedRelease.Converter.class,
      description = "Exactly these releases instead of what is offered, older ones too.")
  private List<NamedRelease> releases = List.of();

  @Option(
      names = "--device",
      paramLabel = "ID",
      description = "With named releases: only on this device; may be given several times.")
  private List<String> devices = List.of();

  @Option(
      names = "--exit-code",
      description = "Exit with 77 instead of 0 when there is nothing to do.")
  private boolean exitCode;

  @ArgGroup(exclusive = true)
  private When when = new When();

  @Option(
      names = "--again",
      description = "Also what failed before and is therefore not offered any more.")
  private boolean again;

  @Option(names = "--no-wait", description = "Return once the install is accepted.")
  private boolean noWait;

  @Option(
      names = "--wait",
      paramLabel = "SECONDS",
      defaultValue = "1800",
      description = "How long to follow the install (default: ${DEFAULT-VALUE}).")
  private long waitSeconds;

  /** At most one of these. */
  static final class When {
    @Option(
        names = "--at",
        paramLabel = "TIME",
        description = "When to start, e.g. 2026-12-01T03:00:00+01:00.")
    private String at;

    @Option(names = "--preferred-time", description = "Start at the next preferred time.")
    private boolean preferredTime;

    @Option(names = "--cancel", description = "Cancel what is scheduled.")
    private boolean cancel;

    @Option(
        names = "--dry-run",
        description = {
          "Say what would happen on each device, in which order, what would be fetched, how long it"
              + " would be down and what would refuse it; change nothing."
        })
    private boolean dryRun;
  }

  @Override
  public Integer call() {
    if (releases.isEmpty() && !devices.isEmpty()) {
      throw new UsageException("--device goes with named releases; name them as COMPONENT@VERSION");
    }
    return busOptions.withBus(when.dryRun ? this::dryRun : this::schedule).code();
  }

  private ExitCode schedule(Bus bus) {
    InstallFollower follower = new InstallFollower(bus, output.json());
    ScheduleResponse response =
        Answers.await(
                bus.request(
                    Topics.SCHEDULE_REQUEST,
                    request(),
                    Topics.SCHEDULE_RESPONSE,
                    RequestOptions.within(busOptions.deadline())))
            .payload();
    if (response.getNothingToDo()) {
      output.print(response, () -> response.getError().getMessage());
      return exitCode ? ExitCode.NOTHING_TO_DO : ExitCode.OK;
    }
    if (!response.getAccepted()) {
      System.err.println(MessageText.of(response.getError()));
      return Refusals.exitCodeOf(response.getError().getCode());
    }
    response.getRemarksList().forEach(remark -> System.err.println("note: " + remark));
    boolean later = when.at != null || when.preferredTime || when.cancel;
    if (noWait || later) {
      output.print(response, () -> MessageText.of(response));
      return ExitCode.OK;
    }
    return follow(follower, response);
  }

  /** To the end of the way, where the install is a step on one. */
  private ExitCode follow(InstallFollower follower, ScheduleResponse response) {
    Duration wait = Duration.ofSeconds(waitSeconds);
    InstallComplete end = follower.await(response.getJobId(), wait);
    int steps =
        response.getOffer().getReleasesList().stream()
            .mapToInt(OfferedRelease::getThenCount)
            .max()
            .orElse(0);
    String job = response.getJobId();
    for (int step = 0; step < steps && committed(end); step++) {
      InstallComplete shown = end;
      output.print(shown, () -> MessageText.of(shown));
      Optional<String> next = follower.next(job, NEXT_STEP);
      if (next.isEmpty()) {
        System.err.println("the next step does not begin by itself; lockstep check says why");
        return ExitCode.DEFERRED;
      }
      job = next.get();
      end = follower.await(job, wait);
    }
    InstallComplete last = end;
    output.print(last, () -> MessageText.of(last));
    return exitCodeOf(last.getOutcome());
  }

  private static boolean committed(InstallComplete end) {
    return end.getOutcome() == InstallOutcome.INSTALL_OUTCOME_COMMITTED;
  }

  private ScheduleRequest request() {
    ScheduleRequest.Builder request =
        busOptions
            .sign(ScheduleRequest.newBuilder())
            .setAgain(again)
            .setDryRun(when.dryRun)
            .addAllDevices(devices);
    releases.forEach(release -> request.addReleases(release.toWire()));
    if (when.cancel) {
      return request.setAction(ScheduleRequest.Action.ACTION_CANCEL).build();
    }
    if (when.preferredTime) {
      return request.setAction(ScheduleRequest.Action.ACTION_PREFERRED_TIME).build();
    }
    if (when.at == null) {
      return request.setAction(ScheduleRequest.Action.ACTION_NOW).build();
    }
    return request
        .setAction(ScheduleRequest.Action.ACTION_AT)
        .setAt(MessageText.timestamp(Times.instant("--at", when.at)))
        .build();
  }

  private ExitCode dryRun(Bus bus) {
    return new DryRun(bus, busOptions.deadline(), output)
        .of(request(), exitCode ? ExitCode.NOTHING_TO_DO : ExitCode.OK);
  }

  private static ExitCode exitCodeOf(InstallOutcome outcome) {
    return switch (outcome) {
      case INSTALL_OUTCOME_COMMITTED, INSTALL_OUTCOME_DRY_RUN -> ExitCode.OK;
      case INSTALL_OUTCOME_REVERTED -> ExitCode.REVERTED;
      case INSTALL_OUTCOME_DEFERRED -> ExitCode.DEFERRED;
      default -> ExitCode.FAILED;
    };
  }
}
