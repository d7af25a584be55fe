package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.versionmanagement.port.RestartPlan;
import java.time.Clock;

/** update/restart/scheduled of a planned install: device and component are empty. */
final class RestartScheduledOut {
  private final Clock clock;

  RestartScheduledOut(Clock clock) {
    this.clock = clock;
  }

  RestartScheduled toWire(RestartPlan plan) {
    RestartScheduled.Builder wire =
        RestartScheduled.newBuilder()
            .setNoticeId(plan.noticeId())
            .setJobId(plan.jobId())
            .setPlannedAt(Times.toWire(plan.plannedAt()))
            .setServerTime(Times.toWire(clock.instant()))
            .setExpectedDowntime(Times.toWire(plan.expectedDowntime()))
            .setSupersedes(plan.supersedes())
            .setCancelled(plan.cancelled())
            .setReason(plan.reason());
    plan.postponableUntil().ifPresent(until -> wire.setPostponableUntil(Times.toWire(until)));
    return wire.build();
  }
}
