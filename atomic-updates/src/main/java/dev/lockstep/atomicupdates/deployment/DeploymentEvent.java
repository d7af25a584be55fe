package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Map;
import java.util.Objects;

/** What can happen to a deployment. */
public sealed interface DeploymentEvent {

  /** It begins, or goes on after the coordinator was started again: deadlines count from now. */
  record Begun() implements DeploymentEvent {}

  /**
   * A device said how an order ended. Repetitions and late answers change nothing.
   *
   * @param site who answers
   * @param order what it answers
   * @param result how it ended
   * @param failure why, null where it is done
   */
  record Answered(Site site, Order order, Result result, Failure failure)
      implements DeploymentEvent {
    /** Checks that what did not go as ordered has a reason. */
    public Answered {
      if (result != Result.DONE) {
        Objects.requireNonNull(failure, "failure");
      }
    }
  }

  /** A site fell silent or left. */
  record WentAway(Site site) implements DeploymentEvent {}

  /** A site that was away announced itself. */
  record CameBack(Site site) implements DeploymentEvent {}

  /** Somebody answered what the deployment asks. */
  record Decided(Decision decision) implements DeploymentEvent {}

  /** A component of the deployment announced what it provides at a version. */
  record Provided(String component, ReleaseVersion version, Map<String, ReleaseVersion> provides)
      implements DeploymentEvent {}

  /** Time has passed; deadlines may have too. */
  record TimePassed() implements DeploymentEvent {}

  /** How an order ended on a device. */
  enum Result {
    /** As ordered. */
    DONE,
    /** Not done, or undone: the device is as it was before. */
    FAILED,
    /** Not now; nothing was changed. */
    DEFERRED,
    /** The device could not go back by itself. */
    STUCK
  }
}
