package dev.lockstep.atomicupdates.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.StateRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Answers whoever asks how things stand, where this device and service are meant. */
final class StateRequestConsumer implements Bus.Handler<StateRequest> {
  private final String device;
  private final Consumer<Map<String, String>> report;

  /**
   * Answers by a report.
   *
   * @param report publishes a report with the attributes of an answer
   */
  StateRequestConsumer(String device, Consumer<Map<String, String>> report) {
    this.device = device;
    this.report = report;
  }

  @Override
  public void accept(Received<StateRequest> message) {
    StateRequest request = message.payload();
    if (names(request.getDevicesList(), device)
        && names(request.getServicesList(), StateReportProducer.SERVICE)) {
      report.accept(Wire.answering(message));
    }
  }

  static boolean names(List<String> named, String self) {
    return named.isEmpty() || named.contains(self);
  }
}
