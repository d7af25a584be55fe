package dev.lockstep.atomicupdates.port;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
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
   * @param version which version, null where stopped or not known
   * @param pid of the process, 0 where there is none
   * @param run the start that lives now, or that was the last
   * @param exits how often it ended by itself since it was first started in this version
   */
  record Status(Life life, ReleaseVersion version, long pid, Run run, Exits exits) {
    /** A component that does not run. */
    public static final Status STOPPED = new Status(Life.STOPPED, null, 0, Run.NONE, Exits.NONE);
  }

  /**
   * One start of a component.
   *
   * @param id what only the process of that start was told; empty where it was told nothing
   * @param since when it was started, null where that is not known
   */
  record Run(String id, Instant since) {
    /** None. */
    public static final Run NONE = new Run("", null);
  }

  /**
   * Ends that nobody asked for.
   *
   * @param count how many
   * @param row how many of them came one soon after the other, up to the last
   * @param within from the first start of that row to its last end
   * @param last how it ended last, e.g. "exit code 3"; empty where it did not
   */
  record Exits(int count, int row, Duration within, String last) {
    /** None. */
    public static final Exits NONE = new Exits(0, 0, Duration.ZERO, "");
  }
}
