package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code lockstep status}: how every component on every device stands. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Shows every component on every device.")
final class StatusCommand implements Callable<Integer> {
  private static final Duration SOON = Duration.ofSeconds(5);

  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

  /** Whose report. */
  enum Service {
    /** The hub's, on all devices. */
    VERSION_MANAGEMENT,
    /** One device's. */
    ATOMIC_UPDATES,
    /** One device's. */
    FRONTEND_AGENT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Option(
      names = "--service",
      paramLabel = "NAME",
      defaultValue = "version-management",
      converter = ServiceConverter.class,
      description =
          "Whose report: version-management (the hub's, on all devices), atomic-updates or"
              + " frontend-agent (of one --device).")
  private Service service;

  /** Reads the service's name as it is written on the bus. */
  static final class ServiceConverter implements ITypeConverter<Service> {
    @Override
    public Service convert(String text) {
      for (Service service : Service.values()) {
        if (service.toString().equals(text)) {
          return service;
        }
      }
      throw new TypeConversionException(
          "no such service: \"" + text + "\"; there are " + List.of(Service.values()));
    }
  }

  @Option(
      names = "--device",
      paramLabel = "ID",
      description = "Whose report, where each device has one.")
  private String device;

  @Override
  public Integer call() {
    return busOptions.withBus(this::status).code();
  }

  private ExitCode status(Bus bus) {
    if (service != Service.VERSION_MANAGEMENT && device == null) {
      throw new UsageException("which --device? each device has a report of its " + service);
    }
    StateRequest.Builder request = StateRequest.newBuilder().addServices(service.toString());
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
    StateReport whole =
        service == Service.VERSION_MANAGEMENT ? HubJobs.addedTo(report, bus, deadline()) : report;
    output.print(whole, () -> StatusText.of(whole));
    return ExitCode.OK;
  }

  /** What is only added is not waited for as long as for the status itself. */
  private Duration deadline() {
    Duration whole = busOptions.deadline();
    return whole.compareTo(SOON) < 0 ? whole : SOON;
  }
}
