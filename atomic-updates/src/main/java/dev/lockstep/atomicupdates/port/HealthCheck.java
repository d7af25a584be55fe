package dev.lockstep.atomicupdates.port;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;
import java.util.Optional;

/** Tells whether a component works. */
public interface HealthCheck {

  /**
   * Waits until the component is healthy as its settings define it, and, where asked, through the
   * window after that. A crash ends the wait at once.
   *
   * @throws InterruptedException if this process is stopping
   */
  Health await(String component, ReleaseVersion version, boolean throughWindow)
      throws InterruptedException;

  /**
   * Asks once.
   *
   * @return what is wrong, empty where it is healthy
   */
  Optional<String> ask(String component) throws InterruptedException;

  /**
   * A component said how it is; that counts where its settings let it speak for itself. Only what
   * it said just now, not what somebody kept.
   */
  default void said(String component, OwnWord word) {
    // Only a check that listens has to know.
  }

  /**
   * How a wait ended.
   *
   * @param healthyAt since when it was healthy, null where it never was
   * @param problem what a person can act on; null where it is healthy
   */
  record Health(Instant healthyAt, String problem) {
    /** Whether it is healthy. */
    public boolean healthy() {
      return problem == null;
    }
  }
}
