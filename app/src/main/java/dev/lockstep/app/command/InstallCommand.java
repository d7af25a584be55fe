package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.ScheduleResponse;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockstep install}: installs what is offered, now or later, and follows it to its end. */
@Command(
    name = "install",
    mixinStandardHelpOptions = true,
    description = "Installs what is offered: now, at a time, or a dry run.")
final class InstallCommand implements Callable<Integer> {
  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

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

    @Option(names = "--dry-run", description = "Say what would happen; change nothing.")
    private boolean dryRun;
  }

  @Override
  public Integer call() {
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
    if (!response.getAccepted()) {
      System.err.println(MessageText.of(response.getError()));
      return switch (response.getError().getCode()) {
        case ERROR_CODE_OFFER_UNKNOWN -> ExitCode.NOT_FOUND;
        case ERROR_CODE_POLICY_REFUSED -> ExitCode.DEFERRED;
        default -> ExitCode.FAILED;
      };
    }
    boolean later = when.at != null || when.preferredTime || when.cancel;
    if (noWait || later) {
      output.print(response, () -> MessageText.of(response));
      return ExitCode.OK;
    }
    InstallComplete end = follower.await(response.getJobId(), Duration.ofSeconds(waitSeconds));
    output.print(end, () -> MessageText.of(end));
    return exitCodeOf(end.getOutcome());
  }

  private ScheduleRequest request() {
    ScheduleRequest.Builder request =
        ScheduleRequest.newBuilder().setRequestedBy(requester()).setAgain(again);
    if (when.cancel) {
      return request.setAction(ScheduleRequest.Action.ACTION_CANCEL).build();
    }
    if (when.preferredTime) {
      return request.setAction(ScheduleRequest.Action.ACTION_PREFERRED_TIME).build();
    }
    if (when.at == null) {
      return request.setAction(ScheduleRequest.Action.ACTION_NOW).build();
    }
    try {
      return request
          .setAction(ScheduleRequest.Action.ACTION_AT)
          .setAt(MessageText.timestamp(OffsetDateTime.parse(when.at).toInstant()))
          .build();
    } catch (DateTimeParseException unreadable) {
      throw new UsageException(
          "cannot read --at \"" + when.at + "\"; write it as 2026-12-01T03:00:00+01:00");
    }
  }

  private ExitCode dryRun(Bus bus) {
    StateReport report =
        Answers.await(
                bus.request(
                    Topics.STATE_REQUEST,
                    StateRequest.newBuilder().addServices("version-management").build(),
                    Topics.STATE_REPORT,
                    RequestOptions.within(busOptions.deadline())))
            .payload();
    Offer offer = report.getOffer();
    if (offer.getReleasesCount() == 0) {
      System.err.println("nothing is offered; ask with \"lockstep check\"");
      return ExitCode.NOT_FOUND;
    }
    String jobId = UUID.randomUUID().toString();
    InstallFollower follower = new InstallFollower(bus, output.json());
    InstallRequest.Builder request =
        InstallRequest.newBuilder()
            .setJobId(jobId)
            .setOfferId(offer.getOfferId())
            .setDryRun(true)
            .setRequestedBy(requester());
    for (OfferedRelease release : offer.getReleasesList()) {
      request.addReleases(
          ReleaseId.newBuilder()
              .setComponent(release.getComponent())
              .setVersion(release.getToVersion()));
    }
    bus.publish(Topics.INSTALL_REQUEST, request.build());
    InstallComplete end = follower.awaitAnswer(jobId, busOptions.deadline());
    output.print(end, () -> MessageText.of(end));
    return exitCodeOf(end.getOutcome());
  }

  private static ExitCode exitCodeOf(InstallOutcome outcome) {
    return switch (outcome) {
      case INSTALL_OUTCOME_COMMITTED, INSTALL_OUTCOME_DRY_RUN -> ExitCode.OK;
      case INSTALL_OUTCOME_REVERTED -> ExitCode.REVERTED;
      case INSTALL_OUTCOME_DEFERRED -> ExitCode.DEFERRED;
      default -> ExitCode.FAILED;
    };
  }

  static String requester() {
    return System.getProperty("user.name", "unknown") + " on the command line";
  }
}
