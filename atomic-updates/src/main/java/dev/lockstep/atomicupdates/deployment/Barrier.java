package dev.lockstep.atomicupdates.deployment;

import java.util.List;
import java.util.stream.Collectors;

/** Says in words what a deployment waits for. */
final class Barrier {
  private static final int SHOWN = 5;

  private Barrier() {}

  static String message(Deployment deployment) {
    List<Step> awaited = deployment.awaited();
    String sites =
        awaited.stream()
            .limit(SHOWN)
            .map(step -> step.site().toString())
            .collect(Collectors.joining(", "));
    String more = awaited.size() > SHOWN ? " and " + (awaited.size() - SHOWN) + " more" : "";
    String what =
        switch (deployment.state()) {
          case STAGING -> "waiting for all devices to have staged: ";
          case BACKEND -> "waiting for the backend to be committed: ";
          case FRONTENDS -> "waiting for the frontends: ";
          case REVERTING -> "going back: ";
          case COMMITTED, REVERTED, REVERT_FAILED, REFUSED, DEFERRED -> "over: ";
        };
    return what + sites + more;
  }
}
