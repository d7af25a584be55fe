package dev.lockstep.app.command;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.time.Duration;

/** Asks the hub's version-management how everything stands. */
final class HubState {
  private HubState() {}

  /**
   * The report.
   *
   * @throws dev.lockstep.bus.BusException {@code BUS_NO_ANSWER} or {@code BUS_CLOSED}
   */
  static StateReport ask(Bus bus, Duration deadline) {
    return Answers.await(
            bus.request(
                Topics.STATE_REQUEST,
                StateRequest.newBuilder().addServices("version-management").build(),
                Topics.STATE_REPORT,
                RequestOptions.within(deadline)))
        .payload();
  }
}
