package dev.lockstep.frontendagent.bus;

import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.frontendagent.domain.Notice;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.protocol.v1.Api;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.RestartScheduled;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Values, wire to domain and back. What cannot be read is an {@link IllegalArgumentException}. */
final class Wire {
  private static final java.time.Duration LONGEST = java.time.Duration.ofDays(1);

  private static final java.time.Duration SHORTEST_SHARE = java.time.Duration.ofMillis(100);

  private Wire() {}

  static Timestamp time(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  static Instant instant(Timestamp time) {
    try {
      return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    } catch (java.time.DateTimeException | ArithmeticException outside) {
      throw new IllegalArgumentException("a time is out of range", outside);
    }
  }

  /** A waiting time, at least nothing and at most a day. */
  static java.time.Duration duration(Duration duration) {
    long seconds = Math.max(0, Math.min(duration.getSeconds(), LONGEST.toSeconds()));
    return java.time.Duration.ofSeconds(seconds, Math.max(0, duration.getNanos()));
  }

  /** How long a frontend may take: a quarter of the asker's patience is for the way back. */
  static java.time.Duration share(Duration deadline) {
    java.time.Duration share = duration(deadline).multipliedBy(3).dividedBy(4);
    return share.compareTo(SHORTEST_SHARE) > 0 ? share : SHORTEST_SHARE;
  }

  static Duration duration(java.time.Duration duration) {
    return Duration.newBuilder()
        .setSeconds(duration.getSeconds())
        .setNanos(duration.getNano())
        .build();
  }

  static ComponentRole role(Role role) {
    return switch (role) {
      case BACKEND -> ComponentRole.COMPONENT_ROLE_BACKEND;
      case FRONTEND -> ComponentRole.COMPONENT_ROLE_FRONTEND;
      case MODULE -> ComponentRole.COMPONENT_ROLE_MODULE;
    };
  }

  static Optional<Role> role(ComponentRole role) {
    return switch (role) {
      case COMPONENT_ROLE_BACKEND -> Optional.of(Role.BACKEND);
      case COMPONENT_ROLE_FRONTEND -> Optional.of(Role.FRONTEND);
      case COMPONENT_ROLE_MODULE -> Optional.of(Role.MODULE);
      default -> Optional.empty();
    };
  }

  /** APIs by name, in an order that is always the same. */
  static List<Api> apis(Map<String, ?> apis) {
    return new TreeMap<>(apis)
        .entrySet().stream()
            .map(
                api ->
                    Api.newBuilder()
                        .setName(api.getKey())
                        .setVersion(api.getValue().toString())
                        .build())
            .toList();
  }

  static Notice notice(RestartScheduled message, String source) {
    return new Notice(
        message.getNoticeId(),
        message.getJobId(),
        new Place(message.getDevice(), message.getComponent()),
        source,
        instant(message.getPlannedAt()),
        instant(message.getServerTime()),
        duration(message.getExpectedDowntime()),
        message.hasPostponableUntil()
            ? Optional.of(instant(message.getPostponableUntil()))
            : Optional.empty(),
        message.getSupersedes(),
        message.getCancelled(),
        message.getReason(),
        message.getFromVersion(),
        message.getToVersion());
  }

  static RestartScheduled notice(Notice notice) {
    RestartScheduled.Builder message =
        RestartScheduled.newBuilder()
            .setNoticeId(notice.id())
            .setJobId(notice.jobId())
            .setDevice(notice.place().device())
            .setComponent(notice.place().component())
            .setPlannedAt(time(notice.plannedAt()))
            .setServerTime(time(notice.sentAt()))
            .setExpectedDowntime(duration(notice.expectedDowntime()))
            .setSupersedes(notice.supersedes())
            .setCancelled(notice.cancelled())
            .setReason(notice.reason())
            .setFromVersion(notice.fromVersion())
            .setToVersion(notice.toVersion());
    notice.postponableUntil().ifPresent(until -> message.setPostponableUntil(time(until)));
    return message.build();
  }
}
