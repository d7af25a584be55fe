package dev.lockstep.versionmanagement.port;

import java.time.Instant;
import java.util.function.Consumer;

/** Wakes version-management at given times. Thread-safe; rings on a thread of its own. */
public interface Alarms extends AutoCloseable {
  /** What to wake up for; each has one time at most. */
  enum Alarm {
    /** The next scheduled check. */
    CHECK,
    /** The next step of the deployment. */
    DEPLOYMENT,
    /** Something ends by time: a hold, a pause after a failure, somebody's presence. */
    HOUSEKEEPING,
    /** The next state report. */
    REPORT
  }

  /** Starts; the callback must not block. */
  interface Factory {
    /** Alarms that ring by calling back, until they are closed. */
    Alarms start(Consumer<Alarm> ring);
  }

  /** Rings once at that time, or at once if it has passed; replaces an earlier time. */
  void set(Alarm alarm, Instant at);

  /** Does not ring. */
  void clear(Alarm alarm);

  @Override
  void close();
}
