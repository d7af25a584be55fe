package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.port.Participants.RestartNotice;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.RestartScheduled;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Announces restarts of this device's components, and that they are over. */
final class RestartScheduledProducer {
  private final String device;
  private final Outlet outlet;
  private final Clock clock;

  RestartScheduledProducer(String device, Outlet outlet, Clock clock) {
    this.device = device;
    this.outlet = outlet;
    this.clock = clock;
  }

  /** A restart will happen at that time. */
  void publish(RestartNotice notice, Instant plannedAt, Duration expectedDowntime) {
    send(
        notice.component(),
        message(notice, plannedAt)
            .setExpectedDowntime(Wire.duration(expectedDowntime))
            .setReason(notice.reason())
            .build());
  }

  /**
   * Nothing more is planned. The topic is a state, so without this a late joiner would count down
   * to a restart that is long past.
   */
  void publishOver(RestartNotice notice, Instant plannedAt) {
    send(
        notice.component(),
        message(notice, plannedAt)
            .setCancelled(true)
            .setReason("over: " + notice.reason())
            .build());
  }

  private RestartScheduled.Builder message(RestartNotice notice, Instant plannedAt) {
    String job = DeviceJob.shown(notice.jobId());
    String place = device + "/" + notice.component() + "/" + notice.jobId();
    return RestartScheduled.newBuilder()
        .setNoticeId(UUID.nameUUIDFromBytes(place.getBytes(StandardCharsets.UTF_8)).toString())
        .setJobId(job)
        .setDevice(device)
        .setComponent(notice.component())
        .setPlannedAt(Wire.time(plannedAt))
        .setServerTime(Wire.time(clock.instant()))
        .setFromVersion(Wire.version(notice.from()))
        .setToVersion(Wire.version(notice.to()));
  }

  private void send(String component, RestartScheduled message) {
    outlet.publish(Topics.RESTART_SCHEDULED, message, Wire.key(device + "/" + component));
  }
}
