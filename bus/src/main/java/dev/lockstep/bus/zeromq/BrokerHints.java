package dev.lockstep.bus.zeromq;

import java.time.Duration;

/**
 * What the broker says of its own to those who follow the last values: where these begin and end,
 * and how far apart it wants the unchanged. Written by the thread that owns the sockets.
 */
final class BrokerHints {
  private boolean lastValues;
  private volatile Duration pace = Duration.ZERO;

  /** There are other sockets; nothing is known of what comes on them. */
  void reset() {
    lastValues = false;
    paceUnknown();
  }

  /** The connection was lost, and the next broker may say nothing of a pace. */
  void paceUnknown() {
    pace = Duration.ZERO;
  }

  /** Takes the content of a {@link LastValueFeed#MARKER}; what a newer broker says is left. */
  void told(byte[] what) {
    if (what.length == 2 && what[0] == LastValueFeed.PACE) {
      pace = Duration.ofSeconds(Byte.toUnsignedInt(what[1]));
    } else if (what.length == 1) {
      lastValues = what[0] == LastValueFeed.BEGIN;
    }
  }

  /** What comes now is live, whatever was told. */
  void lastValuesEnded() {
    lastValues = false;
  }

  /** Whether what comes now are last values. */
  boolean lastValues() {
    return lastValues;
  }

  /** Any thread may ask. */
  Duration pace() {
    return pace;
  }
}
