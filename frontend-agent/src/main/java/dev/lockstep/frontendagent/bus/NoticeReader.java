package dev.lockstep.frontendagent.bus;

import dev.lockstep.frontendagent.domain.Notice;
import dev.lockstep.frontendagent.domain.Notices;
import dev.lockstep.protocol.v1.RestartScheduled;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Restart notices from the wire, their times by this device's clock. */
public final class NoticeReader {
  private static final int MAX_TEXT = 1024;
  private final Clock clock;

  /** Reads against that clock. */
  public NoticeReader(Clock clock) {
    this.clock = clock;
  }

  /**
   * The notice.
   *
   * @throws IllegalArgumentException if it has no id, no time, or is longer than a notice can be
   */
  public Notice read(RestartScheduled message) {
    if (message.getNoticeId().isEmpty() || !message.hasPlannedAt()) {
      throw new IllegalArgumentException("a restart notice has no id or no time");
    }
    for (String text :
        new String[] {message.getNoticeId(), message.getReason(), message.getSupersedes()}) {
      if (text.length() > MAX_TEXT) {
        throw new IllegalArgumentException("a restart notice is longer than one can be");
      }
    }
    return new Notice(
        message.getNoticeId(),
        message.getDevice(),
        message.getComponent(),
        here(message, Times.fromWire(message.getPlannedAt())),
        Times.fromWire(message.getExpectedDowntime()),
        message.hasPostponableUntil()
            ? Optional.of(here(message, Times.fromWire(message.getPostponableUntil())))
            : Optional.empty(),
        message.getSupersedes(),
        message.getCancelled(),
        message.getReason());
  }

  private Instant here(RestartScheduled message, Instant time) {
    return message.hasServerTime()
        ? Notices.here(time, Times.fromWire(message.getServerTime()), clock.instant())
        : time;
  }

  /** A notice that holds, for a state report. */
  static RestartScheduled write(Notice notice, Instant now) {
    RestartScheduled.Builder message =
        RestartScheduled.newBuilder()
            .setNoticeId(notice.id())
            .setDevice(notice.device())
            .setComponent(notice.component())
            .setPlannedAt(Times.toWire(notice.at()))
            .setServerTime(Times.toWire(now))
            .setExpectedDowntime(Times.toWire(notice.expectedDowntime()))
            .setReason(notice.reason());
    notice.postponableUntil().ifPresent(until -> message.setPostponableUntil(Times.toWire(until)));
    return message.build();
  }
}
