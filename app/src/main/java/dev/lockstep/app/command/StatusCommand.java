package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockstep status}: how every component on every device stands. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows every component on every device.")
final class StatusCommand implements Callable<Integer> {
  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

  @Option(
      names = "--service",
      paramLabel = "NAME",
      defaultValue = "version-management",
      description = "Whose report: version-management (default), atomic-updates or frontend-agent.")
  private String service;

  @Option(
      names = "--device",
      paramLabel = "ID",
      description = "Only a report of this device; the hub answers for all otherwise.")
  private String device;

  @Override
  public Integer call() {
    return busOptions.withBus(this::status).code();
  }

  private ExitCode status(Bus bus) {
    StateRequest.Builder request = StateRequest.newBuilder().addServices(service);
    if (device != null) {
      request.addDevices(device);
    }
    StateReport report =
        Answers.await(
                bus.request(
                    Topics.STATE_REQUEST,
                    request.build(),
                    Topics.STATE_REPORT,
                    RequestOptions.within(busOptions.deadline())))
            .payload();
    output.print(report, () -> MessageText.of(report));
    return ExitCode.OK;
  }
}
