package dev.lockstep.atomicupdates.deployment;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Says in words what a deployment waits for. */
final class Barrier {
  private static final int SHOWN = 5;

  private Barrier() {}

  /** What people are asked; empty where nothing is. */
  static String question(Deployment deployment) {
    List<Step> asked = deployment.asked();
    if (asked.isEmpty()) {
      return "";
    }
    String sites =
        asked.stream()
            .limit(SHOWN)
            .map(step -> step.site() + " (" + step.from() + ")")
            .collect(Collectors.joining(", "));
    String more = asked.size() > SHOWN ? " and " + (asked.size() - SHOWN) + " more" : "";
    return "decide: %s%s away, and would not fit %s; proceed without, wait, or give up"
        .formatted(sites, more + (asked.size() == 1 ? " is" : " are"), provided(deployment));
  }

  private static String provided(Deployment deployment) {
    return new TreeMap<>(deployment.provided())
        .entrySet().stream()
            .map(api -> api.getKey() + " " + api.getValue())
            .collect(Collectors.joining(", "));
  }

  static String message(Deployment deployment) {
    String question = question(deployment);
    if (!question.isEmpty()) {
      return question;
    }
    List<Step> awaited = deployment.awaited();
    if (awaited.isEmpty()) {
      awaited =
          deployment.steps().stream().filter(step -> step.status() == StepStatus.ABSENT).toList();
    }
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
