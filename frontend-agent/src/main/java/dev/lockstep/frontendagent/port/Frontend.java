package dev.lockstep.frontendagent.port;

import dev.lockstep.frontendagent.domain.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The frontend beside the agent. Every call blocks at most for the given time; a frontend that is
 * silent, or does not know the question, is ready and has nothing to hand over. Called on the
 * agent's worker thread.
 */
public interface Frontend {
  /**
   * Whether an install may start now.
   *
   * @return empty when ready
   */
  Optional<NotNow> prepare(String component, String version, boolean critical, Duration deadline);

  /**
   * Lets the frontend finish and let go of connections.
   *
   * @param restarting the component that will restart: the frontend itself or the backend
   * @return a token that is handed back after the restart; empty where there is none
   */
  byte[] drain(String restarting, Duration deadline);

  /**
   * Hands the token back after the restart.
   *
   * @return whether the frontend took it
   */
  boolean restored(byte[] token, Duration deadline);

  /** Shows people that something restarts, or no longer does. */
  void notice(Notice notice, Duration deadline);

  /** Whether it answers. */
  boolean healthy(Duration deadline);

  /**
   * The frontend's "not now".
   *
   * @param reason for people
   * @param until when to ask again
   */
  record NotNow(String reason, Instant until) {}
}
