package dev.lockstep.atomicupdates.process;

import dev.lockstep.atomicupdates.port.ProcessControl.Exits;
import java.time.Duration;
import java.time.Instant;

/**
 * Counts the ends of one component that nobody asked for, and tells those that come soon after each
 * other from one long ago. Pure; not thread-safe.
 */
final class ExitRow {
  /** Whoever has run so long has not come from a row of ends. */
  static final Duration CALM = Duration.ofMinutes(1);

  private int count;
  private int row;
  private Instant began;
  private Instant started;
  private Instant latest;
  private String last = "";

  /** Forgets all: another version is started, or the same one by somebody's wish. */
  void reset() {
    count = 0;
    row = 0;
    began = null;
    started = null;
    latest = null;
    last = "";
  }

  /** A process was started. */
  void started(Instant at) {
    started = at;
    if (row == 0) {
      began = at;
    }
  }

  /** It ended so many times, the last time now. */
  void ended(int times, String how, Instant at) {
    if (calm(at)) {
      row = 0;
    }
    if (row == 0) {
      began = started != null && !calm(at) ? started : at;
    }
    count += times;
    row += times;
    latest = at;
    last = how;
  }

  /** It has ended so many times, nobody knows when: that is no row. */
  void endedBefore(int times, String how, Instant at) {
    count = times;
    began = at;
    latest = at;
    last = how;
  }

  private boolean calm(Instant at) {
    return started != null && started.plus(CALM).isBefore(at);
  }

  int row() {
    return row;
  }

  /** How it ended last; empty where it has not. */
  String last() {
    return last;
  }

  /** As it stands at a time: after calm the row is over. */
  Exits at(Instant now, boolean lives) {
    if (count == 0) {
      return Exits.NONE;
    }
    boolean over = lives && calm(now);
    return new Exits(count, over ? 0 : row, Duration.between(began, latest), last);
  }
}
