package dev.lockstep.atomicupdates.port;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;
import java.util.List;

/**
 * Starts and stops components that Lockstep supervises. Every method is idempotent, blocks up to
 * the deadlines of the component's settings, and may be called by any thread.
 */
public interface ProcessControl extends AutoCloseable {

  /** Takes over children that an earlier Lockstep process left running, and stops strays. */
  void adopt();

  /**
   * Makes that version run and keeps it running: after a crash it is started again, after a growing
   * pause. Harmless where it runs already; another version that runs is stopped first.
   *
   * @throws dev.lockstep.atomicupdates.AtomicUpdatesException {@code START_FAILED} where the
   *     program cannot be started at all
   */
  void start(String component, ReleaseVersion version);

  /**
   * Stops it and all that it started: SIGTERM, the grace time, SIGKILL. Harmless where it does not
   * run.
   *
   * @throws dev.lockstep.atomicupdates.AtomicUpdatesException {@code STOP_FAILED} where something
   *     still runs
   */
  void stop(String component);

  /** How it runs. */
  Status status(String component);

  /**
   * The last lines that it wrote since it was started in the version that it runs, or ran last;
   * oldest first.
   */
  List<String> lastLines(String component, int count);

  /** Stops watching; stops the components too where {@code stopComponents}. */
  void close(boolean stopComponents);

  @Override
  default void close() {
    close(true);
  }

  /** Whether a component's process lives. */
  enum Life {
    /** It lives. */
    RUNNING,
    /** It crashed and is started again soon. */
    CRASHED,
    /** Nobody wants it to run. */
    STOPPED
  }

  /**
   * How a component runs.
   *
   * @param life whether it lives
   * @param version which version, null where stopped
   * @param pid of the process, 0 where there is none
   * @param startedAt when it was first started in this version, null where stopped
   * @param crashes how often it ended by itself since then
   * @param lastExit how it ended last, e.g. "exit 3"; empty where it did not
   */
  record Status(
      Life life,
      ReleaseVersion version,
      long pid,
      Instant startedAt,
      int crashes,
      String lastExit) {
    /** A component that does not run. */
    public static final Status STOPPED = new Status(Life.STOPPED, null, 0, null, 0, "");
  }
}
