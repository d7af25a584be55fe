package dev.lockstep.atomicupdates.deployment;

import static dev.lockstep.atomicupdates.deployment.Steps.BACKEND;
import static dev.lockstep.atomicupdates.deployment.Steps.KIOSK_1;
import static dev.lockstep.atomicupdates.deployment.Steps.KIOSK_2;
import static dev.lockstep.atomicupdates.deployment.Steps.V1;
import static dev.lockstep.atomicupdates.deployment.Steps.V11;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Result;
import dev.lockstep.atomicupdates.deployment.DeploymentRequest.Wanted;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CoordinatorTest {
  private final ManualClock clock = new ManualClock(Steps.T0);
  private final MemoryJournal journal = new MemoryJournal();
  private final FakeFleet fleet = new FakeFleet();
  private final List<String> told = new ArrayList<>();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private Inventory inventory;
  private ReleaseHints hints;
  private Coordinator coordinator;
  private int ids;

  @BeforeEach
  void startFleet() {
    startCoordinator();
    fleet.versions.putAll(Map.of(BACKEND, V1, KIOSK_1, V1, KIOSK_2, V1));
    announceAll();
  }

  @Test
  @Tag("R106")
  @Tag("R107")
  @Tag("R9")
  void install_threeDevices_backendFirstThenFrontendsThenOneEnd() {
    coordinator.install(request("job-1"));
    settle();

    assertThat(fleet.carriedOut)
        .containsExactly(
            "STAGE backend on hub 1.1.0",
            "STAGE kiosk-ui on kiosk-1 1.1.0",
            "STAGE kiosk-ui on kiosk-2 1.1.0",
            "INSTALL backend on hub 1.1.0",
            "INSTALL kiosk-ui on kiosk-1 1.1.0",
            "INSTALL kiosk-ui on kiosk-2 1.1.0");
    assertThat(ends()).containsExactly("job-1 COMMITTED");
    assertThat(told.get(0)).startsWith("job-1 waiting for all devices to have staged");
  }

  @Test
  @Tag("R106")
  void install_backendFails_frontendsAreLeftAlone() {
    fleet.on("INSTALL backend on hub 1.1.0", Result.FAILED);
    coordinator.install(request("job-1"));
    settle();

    assertThat(ends()).containsExactly("job-1 REVERTED ERROR_CODE_HEALTH_FAILED");
    assertThat(fleet.carriedOut).noneMatch(order -> order.startsWith("INSTALL kiosk"));
    assertThat(fleet.versions).containsEntry(KIOSK_1, V1).containsEntry(KIOSK_2, V1);
  }

  @Test
  @Tag("R96")
  void install_whileAnotherRuns_isRefusedAsAlreadyInProgress() {
    fleet.mute.add(BACKEND);
    coordinator.install(request("job-1"));
    coordinator.install(request("job-2"));
    settle();
    assertThat(ends()).containsExactly("job-2 REFUSED ERROR_CODE_INSTALL_BUSY");

    fleet.mute.clear();
    pass(Duration.ofSeconds(2));
    assertThat(ends()).contains("job-1 COMMITTED");
    coordinator.install(request("job-2"));
    settle();
    assertThat(ends()).endsWith("job-2 REFUSED ERROR_CODE_INSTALL_BUSY");
  }

  @Test
  @Tag("R16")
  void install_repeated_tellsAgainAndDoesNothingTwice() {
    coordinator.install(request("job-1"));
    settle();
    int carriedOut = fleet.carriedOut.size();
    coordinator.install(request("job-1"));
    settle();
    assertThat(ends()).containsExactly("job-1 COMMITTED", "job-1 COMMITTED");
    assertThat(fleet.carriedOut).hasSize(carriedOut);
  }

  @Test
  @Tag("R7")
  void install_unknownComponentDeviceOrOffer_isRefusedWithAReason() {
    coordinator.install(
        new DeploymentRequest(
            "a", "", List.of(new Wanted("nobody", V11)), Set.of(), false, "test"));
    coordinator.install(
        new DeploymentRequest(
            "b", "", List.of(new Wanted("backend", V11)), Set.of("mars"), false, "test"));
    coordinator.install(new DeploymentRequest("c", "offer-x", List.of(), Set.of(), false, "test"));
    settle();
    assertThat(ends())
        .containsExactly(
            "a REFUSED ERROR_CODE_INSTALL_UNKNOWN_COMPONENT",
            "b REFUSED ERROR_CODE_DEPLOYMENT_UNKNOWN_DEVICE",
            "c REFUSED ERROR_CODE_OFFER_UNKNOWN");
    assertThat(fleet.received).isEmpty();
  }

  @Test
  @Tag("R7")
  void install_notVerifiedOnADevice_isRefusedWithTheDevicesReason() {
    fleet.on("STAGE kiosk-ui on kiosk-1 1.1.0", Result.FAILED);
    coordinator.install(request("job-1"));
    settle();
    assertThat(ends()).containsExactly("job-1 REFUSED ERROR_CODE_HEALTH_FAILED");
    assertThat(fleet.carriedOut).noneMatch(order -> order.startsWith("INSTALL"));
  }

  @Test
  @Tag("R121")
  void install_dryRun_saysThePlanInOrderAndChangesNothing() {
    DeploymentRequest real = request("job-1");
    coordinator.install(new DeploymentRequest("dry", "", real.releases(), Set.of(), true, "test"));
    settle();
    assertThat(told)
        .containsExactly(
            "dry plan [backend on hub: 1.0.0 to 1.1.0, kiosk-ui on kiosk-1: 1.0.0 to 1.1.0,"
                + " kiosk-ui on kiosk-2: 1.0.0 to 1.1.0]");
    assertThat(fleet.received).isEmpty();
    assertThat(journal.writes()).isZero();
  }

  @Test
  @Tag("R16")
  void install_ordersAreLost_areSentAgainUntilAnswered() {
    fleet.mute.add(BACKEND);
    coordinator.install(request("job-1"));
    settle();
    pass(Duration.ofSeconds(20));
    long sent = fleet.received.stream().filter("STAGE backend on hub 1.1.0"::equals).count();
    assertThat(sent).isBetween(4L, 8L);
    fleet.mute.clear();
    pass(Duration.ofSeconds(9));
    assertThat(ends()).containsExactly("job-1 COMMITTED");
  }

  @Test
  @Tag("R97")
  @Tag("R106")
  void start_killedAfterEveryWriteOfTheJournal_goesOnToTheSameEnd() {
    for (int write = 1; write <= 7; write++) {
      CoordinatorTest run = new CoordinatorTest();
      run.startFleet();
      run.coordinator.install(request("job-1"));
      while (run.journal.writes() < write && !run.tasks.isEmpty()) {
        run.tasks.remove().run();
      }
      // What was on its way dies with the process: neither answers nor orders arrive.
      run.tasks.clear();
      run.startCoordinator();
      run.coordinator.start();
      run.coordinator.install(request("job-1"));
      run.pass(Duration.ofSeconds(12));

      assertThat(run.ends()).as("killed after write %d", write).contains("job-1 COMMITTED");
      assertThat(run.fleet.carriedOut)
          .as("killed after write %d", write)
          .containsExactly(
              "STAGE backend on hub 1.1.0",
              "STAGE kiosk-ui on kiosk-1 1.1.0",
              "STAGE kiosk-ui on kiosk-2 1.1.0",
              "INSTALL backend on hub 1.1.0",
              "INSTALL kiosk-ui on kiosk-1 1.1.0",
              "INSTALL kiosk-ui on kiosk-2 1.1.0");
    }
  }

  @Test
  void answered_journalCannotBeWritten_nothingIsSentAndTheNextAnswerIsTaken() {
    fleet.mute.addAll(Set.of(BACKEND, KIOSK_1, KIOSK_2));
    coordinator.install(request("job-1"));
    settle();
    fleet.mute.clear();
    journal.fail(3);
    pass(Duration.ofSeconds(15));
    assertThat(ends()).containsExactly("job-1 COMMITTED");
  }

  @Test
  @Tag("R108")
  void announced_frontendThatWasAway_catchesUpOnce() {
    clock.advance(Duration.ofMinutes(1));
    announce(BACKEND, KIOSK_1);
    coordinator.install(request("job-1"));
    settle();
    assertThat(ends()).containsExactly("job-1 COMMITTED");
    assertThat(fleet.versions).containsEntry(KIOSK_2, V1);

    clock.advance(Duration.ofMinutes(1));
    announce(KIOSK_2);
    settle();
    assertThat(fleet.versions).containsEntry(KIOSK_2, V11);
    assertThat(ends()).containsExactly("job-1 COMMITTED", "own-1 COMMITTED");

    clock.advance(Duration.ofMinutes(1));
    announceAll();
    settle();
    assertThat(ends()).hasSize(2);
  }

  @Test
  @Tag("R108")
  @Tag("R179")
  void announced_catchUpFailsOnThatDevice_isNotTriedAgainByItself() {
    fleet.on("INSTALL kiosk-ui on kiosk-2 1.1.0", Result.FAILED);
    clock.advance(Duration.ofMinutes(1));
    announce(BACKEND, KIOSK_1);
    coordinator.install(request("job-1"));
    settle();
    for (int i = 0; i < 5; i++) {
      clock.advance(Duration.ofHours(2));
      announceAll();
      settle();
    }
    assertThat(ends())
        .containsExactly("job-1 COMMITTED", "own-1 REVERTED ERROR_CODE_HEALTH_FAILED");
  }

  @Test
  @Tag("R108")
  void announced_catchUpCannotBeStaged_isTriedAgainLater() {
    fleet.on("STAGE kiosk-ui on kiosk-2 1.1.0", Result.FAILED);
    clock.advance(Duration.ofMinutes(1));
    announce(BACKEND, KIOSK_1);
    coordinator.install(request("job-1"));
    settle();
    clock.advance(Duration.ofMinutes(1));
    announce(KIOSK_2);
    settle();
    announce(KIOSK_2);
    settle();
    assertThat(ends()).hasSize(2);
    fleet.results.clear();
    clock.advance(Duration.ofMinutes(2));
    announce(KIOSK_2);
    settle();
    assertThat(ends()).endsWith("own-2 COMMITTED");
  }

  @Test
  @Tag("R91")
  void revert_everyDevice_frontendsGoBackAndAreNotBroughtForwardAgain() {
    coordinator.install(request("job-1"));
    settle();
    announceAll();
    fleet.carriedOut.clear();
    coordinator.revert(new RevertRequest("back", "kiosk-ui", Set.of(), V1, "test"));
    settle();
    assertThat(fleet.carriedOut)
        .containsExactly("REVERT kiosk-ui on kiosk-2 1.0.0", "REVERT kiosk-ui on kiosk-1 1.0.0");
    assertThat(ends()).endsWith("back REVERTED");

    clock.advance(Duration.ofMinutes(1));
    announceAll();
    settle();
    assertThat(ends()).endsWith("back REVERTED");
  }

  @Test
  @Tag("R91")
  void revert_deviceHasNothingToGoBackTo_isRefused() {
    fleet.on("REVERT backend on hub null", Result.FAILED);
    coordinator.revert(new RevertRequest("back", "backend", Set.of(), null, "test"));
    settle();
    assertThat(ends()).containsExactly("back REFUSED ERROR_CODE_HEALTH_FAILED");
  }

  @Test
  @Tag("R7")
  void install_offerWasSeen_itsReleasesAndTargetsAreUsed() {
    hints.offered(
        "offer-1",
        List.of(
            new ReleaseHints.Hint(
                new Wanted("backend", V11), "beta/backend/b", Set.of(), Map.of())));
    coordinator.install(
        new DeploymentRequest("job-1", "offer-1", List.of(), Set.of(), false, "test"));
    settle();
    assertThat(ends()).containsExactly("job-1 COMMITTED");
    assertThat(journal.find("job-1").orElseThrow().steps())
        .singleElement()
        .extracting(Step::manifestTarget)
        .isEqualTo("beta/backend/b");
  }

  private void startCoordinator() {
    inventory = new Inventory(clock);
    hints = new ReleaseHints();
    hints.offered(
        "offer-0",
        List.of(
            new ReleaseHints.Hint(
                new Wanted("backend", V11), "", Set.of(), Map.of("backend", V11))));
    coordinator =
        new Coordinator(
            new Coordinator.Ports(inventory, hints, journal, fleet, reports()),
            new CoordinatorSettings(
                Steps.RULES, Duration.ofSeconds(20), Duration.ofDays(30), "stable"),
            clock,
            tasks::add,
            () -> "own-" + ++ids);
    fleet.answersTo(coordinator::answered);
  }

  private DeploymentReports reports() {
    return new DeploymentReports() {
      @Override
      public void waiting(Deployment deployment, int percent, String message) {
        told.add(deployment.id() + " " + message);
      }

      @Override
      public void ended(Deployment ended) {
        String why = ended.failure() == null ? "" : " " + ended.failure().code();
        told.add("end " + ended.id() + " " + ended.state() + why);
      }

      @Override
      public void planned(String jobId, List<String> plan) {
        told.add(jobId + " plan " + plan);
      }
    };
  }

  private static DeploymentRequest request(String jobId) {
    return new DeploymentRequest(
        jobId,
        "",
        List.of(new Wanted("kiosk-ui", V11), new Wanted("backend", V11)),
        Set.of(),
        false,
        "test");
  }

  private void announceAll() {
    announce(BACKEND, KIOSK_1, KIOSK_2);
  }

  private void announce(Site... sites) {
    for (Site site : sites) {
      ReleaseVersion version = fleet.versions.get(site);
      Announced announced =
          site.equals(BACKEND) ? Steps.backend(version) : Steps.kiosk(site, version, "^1.0.0");
      inventory.update(announced);
      coordinator.announced(announced);
    }
    settle();
  }

  /** Runs until nobody has anything to do. */
  private void settle() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private void pass(Duration duration) {
    for (long i = 0; i < duration.toMillis(); i += 250) {
      clock.advance(Duration.ofMillis(250));
      coordinator.tick();
      settle();
    }
  }

  private List<String> ends() {
    return told.stream()
        .filter(line -> line.startsWith("end "))
        .map(line -> line.substring("end ".length()))
        .toList();
  }
}
