package dev.lockstep.frontendagent.port;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A frontend, as far as it takes part in updates. Calls block up to their deadline and come from
 * one thread at a time. A frontend that does not take part is always ready, and has no state.
 */
public interface Frontend {

  /**
   * Asks whether an install may start now.
   *
   * @return why not and until when, or empty
   * @throws FrontendException if there is no usable answer
   */
  Optional<Inhibition> canUpdate(Request request);

  /**
   * Asks it to finish its work and let go of its connections.
   *
   * @return its state, opaque; empty where it has none
   * @throws FrontendException if it did not
   */
  byte[] drain(Request request);

  /**
   * Gives it the state that it drained with; it goes on from there.
   *
   * @throws FrontendException if it did not take it, e.g. because it is not up yet
   */
  void restored(byte[] state);

  /**
   * Shows people that a restart is planned, or (empty) that none is any more.
   *
   * @return by how much people want it later; empty where they do not say so
   * @throws FrontendException if it could not be told
   */
  Optional<Duration> showNotice(Optional<ShownNotice> notice);

  /**
   * Tells people that a newer version of the frontend is in a store, or (empty) that none is any
   * more. A frontend that Lockstep replaces itself is never told.
   *
   * @throws FrontendException if it could not be told
   */
  default void showStore(Optional<StoreNotice> notice) {
    // Most frontends are in no store.
  }

  /**
   * What it is asked about.
   *
   * @param jobId the install
   * @param device where something will restart
   * @param component what will restart
   * @param toVersion what will run, or empty
   * @param critical whether it is a security release
   * @param deadline how long it may take to answer
   */
  record Request(
      String jobId,
      String device,
      String component,
      String toVersion,
      boolean critical,
      Duration deadline) {}

  /**
   * "Not now".
   *
   * @param owner who needs the delay
   * @param reason why
   * @param until when it ends
   */
  record Inhibition(String owner, String reason, Instant until) {}

  /**
   * What people should get from a store.
   *
   * @param component the frontend
   * @param fromVersion what is installed, or empty
   * @param toVersion what is in the store
   * @param minimumVersion the oldest version that still may be used
   * @param storeLink https address
   * @param tooOld whether what is installed is older than that
   */
  record StoreNotice(
      String component,
      String fromVersion,
      String toVersion,
      String minimumVersion,
      String storeLink,
      boolean tooOld) {}

  /**
   * A planned restart as it is shown. Times are of this device's clock.
   *
   * @param id the notice
   * @param device where, or empty for all
   * @param component what restarts, or empty for all
   * @param plannedAt when
   * @param expectedDowntime how long it may take
   * @param postponableUntil absent where it cannot be postponed
   * @param reason for people
   * @param fromVersion what runs, or empty
   * @param toVersion what will run, or empty
   */
  record ShownNotice(
      String id,
      String device,
      String component,
      Instant plannedAt,
      Duration expectedDowntime,
      Optional<Instant> postponableUntil,
      String reason,
      String fromVersion,
      String toVersion) {}
}
