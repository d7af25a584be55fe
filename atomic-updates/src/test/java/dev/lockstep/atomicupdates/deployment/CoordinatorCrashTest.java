package dev.lockstep.atomicupdates.deployment;

import static dev.lockstep.atomicupdates.deployment.Steps.BACKEND;
import static dev.lockstep.atomicupdates.deployment.Steps.KIOSK_1;
import static dev.lockstep.atomicupdates.deployment.Steps.KIOSK_2;
import static dev.lockstep.atomicupdates.deployment.Steps.V1;
import static dev.lockstep.atomicupdates.deployment.Steps.V11;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Result;
import dev.lockstep.atomicupdates.engine.SimulatedCrash;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.config.DeploymentSettings.FrontendFailure;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.testkit.ReliabilityFigures;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The coordinator's process ends before and after every write of its journal, every order that it
 * sends and everything that it tells, and once more while it recovers. Each time it comes to the
 * same end, by the same orders, each carried out once.
 */
@Tag("R97")
@Tag("R106")
class CoordinatorCrashTest {
  @TempDir Path folder;

  /**
   * What happens, and how it ends.
   *
   * @param old range of the backend's API that the old frontends need
   * @param bad an order that a device cannot carry out; empty for none
   * @param away whether the second kiosk is away until the end
   */
  record Scenario(
      String name,
      DeploymentRules rules,
      String old,
      Map<String, Result> bad,
      boolean away,
      String end,
      Map<Site, ReleaseVersion> versions) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Scenario> scenarios() {
    DeploymentRules keep = Steps.rules(1, 1, FrontendFailure.KEEP);
    DeploymentRules revert = Steps.rules(100, 0, FrontendFailure.REVERT);
    Map<Site, ReleaseVersion> allNew = Map.of(BACKEND, V11, KIOSK_1, V11, KIOSK_2, V11);
    Map<Site, ReleaseVersion> allOld = Map.of(BACKEND, V1, KIOSK_1, V1, KIOSK_2, V1);
    Map<Site, ReleaseVersion> secondOld = Map.of(BACKEND, V11, KIOSK_1, V11, KIOSK_2, V1);
    Map<String, Result> badBackend = Map.of("INSTALL backend on hub 1.1.0", Result.FAILED);
    Map<String, Result> badKiosk = Map.of("INSTALL kiosk-ui on kiosk-2 1.1.0", Result.FAILED);
    Map<String, Result> busyKiosk = Map.of("INSTALL kiosk-ui on kiosk-2 1.1.0", Result.DEFERRED);
    return Stream.of(
        new Scenario("good", keep, "^1.0.0", Map.of(), false, "COMMITTED", allNew),
        new Scenario("backend fails", keep, "^1.0.0", badBackend, false, "REVERTED", allOld),
        new Scenario(
            "frontend fails: keep", keep, "^1.0.0", badKiosk, false, "COMMITTED", secondOld),
        new Scenario(
            "frontend fails: revert", revert, "^1.0.0", badKiosk, false, "REVERTED", allOld),
        new Scenario("frontend unfit: back", keep, "<1.1.0", badKiosk, false, "REVERTED", allOld),
        new Scenario("frontend not now", keep, "^1.0.0", busyKiosk, false, "COMMITTED", secondOld),
        new Scenario("away, fits: catches up", keep, "^1.0.0", Map.of(), true, "COMMITTED", allNew),
        new Scenario("away, unfit: asks", keep, "<1.1.0", Map.of(), true, "COMMITTED", allNew));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void install_killedAtEveryPoint_comesToTheSameEndByTheSameOrders(Scenario scenario) {
    SimulatedCrash list = SimulatedCrash.never();
    List<String> orders;
    try (Hub hub = new Hub(scenario, folder.resolve("list.db"), list)) {
      hub.run();
      hub.check();
      orders = List.copyOf(hub.fleet.carriedOut);
    }
    assertThat(list.points)
        .contains("journal.deployment.STAGING.after", "journal.deployment_told.before");
    Random random = new Random(scenario.name().hashCode());
    int crashes = 0;
    for (int point = 1; point <= list.points.size(); point++) {
      SimulatedCrash first = SimulatedCrash.at(point);
      SimulatedCrash second = SimulatedCrash.at(1 + random.nextInt(20));
      Path file = folder.resolve("point-" + point + ".db");
      try (Hub hub = new Hub(scenario, file, first, second, FaultPoints.NONE)) {
        hub.run();
        try {
          hub.check();
          assertThat(hub.fleet.carriedOut).isEqualTo(orders);
        } catch (AssertionError wrong) {
          throw new AssertionError("killed at " + first.where() + ", number " + point, wrong);
        }
      }
      crashes += (first.happened() ? 1 : 0) + (second.happened() ? 1 : 0);
    }
    ReliabilityFigures.tell(
        "`CoordinatorCrashTest` " + scenario.name(), list.points.size(), crashes);
  }
}
