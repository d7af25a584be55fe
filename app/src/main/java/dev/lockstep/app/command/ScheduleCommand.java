package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.ScheduleResponse;
import dev.lockstep.protocol.v1.StateReport;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockstep schedule}: when what is offered is installed, shown or changed. */
@Command(
    name = "schedule",
    mixinStandardHelpOptions = true,
    description = "Shows when what is offered will be installed, or changes that.")
final class ScheduleCommand implements Callable<Integer> {
  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

  @ArgGroup(exclusive = true)
  private Change change = new Change();

  @Option(
      names = "--exit-code",
      description = "Exit with 77 instead of 0 when nothing is planned, or nothing is to be done.")
  private boolean exitCode;

  /** At most one of these. */
  static final class Change {
    @Option(
        names = "--at",
        paramLabel = "TIME",
        description = "Install at that time, e.g. 2026-12-01T03:00:00+01:00.")
    private String at;

    @Option(names = "--preferred-time", description = "Install at the next preferred time.")
    private boolean preferredTime;

    @Option(
        names = "--postpone",
        paramLabel = "DURATION",
        description = "Later than planned by: 90s, 15m, 2h, 3d or PT6H.")
    private String postpone;

    @Option(names = "--cancel", description = "Do not install it by itself.")
    private boolean cancel;

    private ScheduleRequest.Builder request() {
      ScheduleRequest.Builder request = ScheduleRequest.newBuilder();
      if (at != null) {
        return request
            .setAction(ScheduleRequest.Action.ACTION_AT)
            .setAt(MessageText.timestamp(Times.instant("--at", at)));
      } else if (postpone != null) {
        Duration by = Times.duration("--postpone", postpone);
        return request
            .setAction(ScheduleRequest.Action.ACTION_POSTPONE)
            .setPostponeBy(com.google.protobuf.Duration.newBuilder().setSeconds(by.toSeconds()));
      } else if (cancel) {
        return request.setAction(ScheduleRequest.Action.ACTION_CANCEL);
      }
      return preferredTime
          ? request.setAction(ScheduleRequest.Action.ACTION_PREFERRED_TIME)
          : request;
    }
  }

  @Override
  public Integer call() {
    ScheduleRequest.Builder request = change.request();
    boolean show = request.getAction() == ScheduleRequest.Action.ACTION_UNSPECIFIED;
    return busOptions.withBus(bus -> show ? show(bus) : ask(bus, request)).code();
  }

  private ExitCode show(Bus bus) {
    StateReport report = HubState.ask(bus, busOptions.deadline());
    output.print(report, () -> plan(report));
    boolean planned = report.hasInstallPlannedAt();
    return exitCode && !planned ? ExitCode.NOTHING_TO_DO : ExitCode.OK;
  }

  private static String plan(StateReport report) {
    String offer =
        report.getOffer().getReleasesCount() == 0 ? "" : "\n" + MessageText.of(report.getOffer());
    return (report.hasInstallPlannedAt()
            ? "an install is planned at " + MessageText.time(report.getInstallPlannedAt())
            : "no install is planned")
        + offer;
  }

  private ExitCode ask(Bus bus, ScheduleRequest.Builder request) {
    ScheduleResponse response =
        Answers.await(
                bus.request(
                    Topics.SCHEDULE_REQUEST,
                    busOptions.sign(request).build(),
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
    output.print(response, () -> MessageText.of(response));
    return ExitCode.OK;
  }
}
