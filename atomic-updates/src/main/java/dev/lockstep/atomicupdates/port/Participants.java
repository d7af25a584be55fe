package dev.lockstep.atomicupdates.port;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The components that take part in an install by answering prepare and drain. Implemented over the
 * bus; an adapter blocks up to its deadline and is called on a worker thread.
 */
public interface Participants {

  /**
   * Tells every component that answers prepare of the install, and asks those whom it concerns
   * whether it may start now: on the same device, or users of what it provides.
   *
   * @return the first inhibit, or empty when all are ready (or silence means "proceed")
   */
  Optional<Inhibited> prepare(String jobId, String component, ReleaseVersion to, boolean critical);

  /** Who would be asked by {@link #prepare} and {@link #drain} now, as "component on device". */
  default Asked asked(String component) {
    return new Asked(List.of(), List.of());
  }

  /** Announces the restart and waits for the notice time to pass. */
  void announceRestart(RestartNotice notice);

  /** Asks the components that depend on this one, and itself, to drain; silence is logged. */
  void drain(String jobId, String component);

  /**
   * Who is asked.
   *
   * @param prepare whether an install may start
   * @param drain to let go of connections
   */
  record Asked(List<String> prepare, List<String> drain) {}

  /**
   * A component's "not now".
   *
   * @param owner who asked for the delay
   * @param reason why
   * @param until when it ends
   */
  record Inhibited(String owner, String reason, Instant until) {}

  /**
   * A restart that is about to happen.
   *
   * @param jobId the install
   * @param component what restarts
   * @param from version that runs now, null where none
   * @param to version that will run
   * @param reason for people
   */
  record RestartNotice(
      String jobId, String component, ReleaseVersion from, ReleaseVersion to, String reason) {}
}
