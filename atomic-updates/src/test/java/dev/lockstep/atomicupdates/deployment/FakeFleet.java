package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Answered;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Result;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Devices that do as they are told, once per job and order; a test says which fail or are mute. */
final class FakeFleet implements DeviceOrders {
  final List<String> carriedOut = new ArrayList<>();
  final List<String> received = new ArrayList<>();
  final Map<Site, ReleaseVersion> versions = new TreeMap<>();
  final Map<String, Result> results = new HashMap<>();
  final Set<Site> mute = new HashSet<>();
  private final Map<String, Answered> reached = new HashMap<>();
  private BiConsumer<String, Answered> answers = (job, answer) -> {};

  void answersTo(BiConsumer<String, Answered> listener) {
    answers = listener;
  }

  /** What a device makes of an order, such as "INSTALL backend on hub 1.1.0". */
  void on(String order, Result result) {
    results.put(order, result);
  }

  @Override
  public void send(Deployment deployment, Step step, Order order) {
    ReleaseVersion version = order == Order.REVERT ? step.from() : step.to();
    String what = order + " " + step.site() + " " + version;
    received.add(what);
    if (mute.contains(step.site())) {
      return;
    }
    Answered answer =
        reached.computeIfAbsent(deployment.id() + what, key -> carryOut(step, order, what));
    answers.accept(deployment.id(), answer);
  }

  private Answered carryOut(Step step, Order order, String what) {
    carriedOut.add(what);
    Result result = results.getOrDefault(what, Result.DONE);
    if (result == Result.DONE && order == Order.INSTALL) {
      versions.put(step.site(), step.to());
    } else if (result == Result.DONE && order == Order.REVERT) {
      versions.put(step.site(), step.from());
    }
    return new Answered(step.site(), order, result, result == Result.DONE ? null : Steps.UNHEALTHY);
  }
}
