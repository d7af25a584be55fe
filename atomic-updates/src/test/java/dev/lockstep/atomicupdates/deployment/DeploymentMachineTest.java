package dev.lockstep.atomicupdates.deployment;

import static dev.lockstep.atomicupdates.deployment.Steps.BACKEND;
import static dev.lockstep.atomicupdates.deployment.Steps.KIOSK_1;
import static dev.lockstep.atomicupdates.deployment.Steps.KIOSK_2;
import static dev.lockstep.atomicupdates.deployment.Steps.T0;
import static dev.lockstep.atomicupdates.deployment.Steps.UNHEALTHY;
import static dev.lockstep.atomicupdates.deployment.Steps.V1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Answered;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Begun;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.CameBack;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Decided;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Provided;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Result;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.TimePassed;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.WentAway;
import dev.lockstep.config.DeploymentSettings.FrontendFailure;
import dev.lockstep.protocol.v1.ErrorCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DeploymentMachineTest {
  private DeploymentMachine machine = new DeploymentMachine(Steps.RULES);
  private final List<String> orders = new ArrayList<>();
  private Instant now = T0;
  private Deployment deployment;

  @Test
  @Tag("R106")
  @Tag("R107")
  void apply_everythingGoesWell_stagesAllThenBackendThenFrontends() {
    begin(Steps.tolerant());
    staged(BACKEND, KIOSK_2);
    assertThat(orders)
        .containsExactly(
            "STAGE backend on hub", "STAGE kiosk-ui on kiosk-1", "STAGE kiosk-ui on kiosk-2");
    orders.clear();

    staged(KIOSK_1);
    assertThat(orders).containsExactly("INSTALL backend on hub");
    orders.clear();

    installed(BACKEND);
    assertThat(orders)
        .containsExactly("INSTALL kiosk-ui on kiosk-1", "INSTALL kiosk-ui on kiosk-2");
    installed(KIOSK_2);
    assertThat(deployment.state()).isEqualTo(DeploymentState.FRONTENDS);
    installed(KIOSK_1);
    assertThat(deployment.state()).isEqualTo(DeploymentState.COMMITTED);
    assertThat(deployment.failure()).isNull();
  }

  @Test
  @Tag("R106")
  void apply_backendFails_noFrontendIsTouched() {
    begin(Steps.tolerant());
    staged(BACKEND, KIOSK_1, KIOSK_2);
    answer(BACKEND, Order.INSTALL, Result.FAILED);

    assertThat(deployment.state()).isEqualTo(DeploymentState.REVERTED);
    assertThat(deployment.failure().code()).isEqualTo(ErrorCode.ERROR_CODE_HEALTH_FAILED);
    assertThat(orders).noneMatch(order -> order.startsWith("INSTALL kiosk"));
  }

  @Test
  @Tag("R106")
  void apply_backendCannotGoBack_endsForAPerson() {
    begin(Steps.tolerant());
    staged(BACKEND, KIOSK_1, KIOSK_2);
    answer(BACKEND, Order.INSTALL, Result.STUCK);
    assertThat(deployment.state()).isEqualTo(DeploymentState.REVERT_FAILED);
  }

  @Test
  @Tag("R14")
  void apply_backendIsInhibited_endsDeferredWithNothingChanged() {
    begin(Steps.tolerant());
    staged(BACKEND, KIOSK_1, KIOSK_2);
    answer(BACKEND, Order.INSTALL, Result.DEFERRED);
    assertThat(deployment.state()).isEqualTo(DeploymentState.DEFERRED);
  }

  @Test
  void apply_stagingFailsSomewhere_endsRefusedBeforeAnythingIsInstalled() {
    begin(Steps.tolerant());
    staged(BACKEND, KIOSK_1);
    answer(KIOSK_2, Order.STAGE, Result.FAILED);

    assertThat(deployment.state()).isEqualTo(DeploymentState.REFUSED);
    assertThat(deployment.failure().message())
        .startsWith("cannot stage 1.1.0 of kiosk-ui on kiosk-2: ");
    assertThat(orders).allMatch(order -> order.startsWith("STAGE"));
  }

  @Test
  @Tag("R26")
  void apply_frontendFailsAndItsOldVersionFits_isKept() {
    begin(Steps.tolerant());
    staged(BACKEND, KIOSK_1, KIOSK_2);
    installed(BACKEND);
    answer(KIOSK_1, Order.INSTALL, Result.FAILED);
    installed(KIOSK_2);

    assertThat(deployment.state()).isEqualTo(DeploymentState.COMMITTED);
    assertThat(deployment.failure().code())
        .isEqualTo(ErrorCode.ERROR_CODE_DEPLOYMENT_FRONTEND_FAILED);
    assertThat(status(KIOSK_1)).isEqualTo(StepStatus.FAILED);
  }

  @Test
  void apply_frontendStillInstallsWhileRevertIsNeeded_isAwaitedThenReverted() {
    begin(Steps.strict());
    staged(BACKEND, KIOSK_1, KIOSK_2);
    installed(BACKEND);
    orders.clear();
    answer(KIOSK_2, Order.INSTALL, Result.FAILED);
    assertThat(deployment.state()).isEqualTo(DeploymentState.REVERTING);
    assertThat(orders).isEmpty();
    installed(KIOSK_1);
    assertThat(orders).containsExactly("REVERT kiosk-ui on kiosk-1");
  }

  @Test
  void apply_revertFailsOnOneDevice_theOthersStillGoBackAndAPersonIsAsked() {
    begin(Steps.strict());
    staged(BACKEND, KIOSK_1, KIOSK_2);
    installed(BACKEND);
    installed(KIOSK_1);
    answer(KIOSK_2, Order.INSTALL, Result.FAILED);
    answer(KIOSK_1, Order.REVERT, Result.STUCK);
    answer(BACKEND, Order.REVERT, Result.DONE);

    assertThat(deployment.state()).isEqualTo(DeploymentState.REVERT_FAILED);
    assertThat(status(BACKEND)).isEqualTo(StepStatus.REVERTED);
  }

  @Test
  @Tag("R108")
  void apply_frontendGoesAwayAndFits_deploymentGoesOnWithoutIt() {
    begin(Steps.tolerant());
    staged(BACKEND, KIOSK_1);
    event(new WentAway(KIOSK_2));
    assertThat(status(KIOSK_2)).isEqualTo(StepStatus.LEFT_BEHIND);
    installed(BACKEND);
    installed(KIOSK_1);
    assertThat(deployment.state()).isEqualTo(DeploymentState.COMMITTED);
  }

  @Test
  void apply_frontendIsThereButNeverStages_isWaitedForUpToTheLimit() {
    begin(Steps.strict());
    staged(BACKEND, KIOSK_1);
    now = now.plus(Steps.STAGE).plusSeconds(1);
    event(new TimePassed());
    assertThat(deployment.state()).isEqualTo(DeploymentState.REFUSED);
    assertThat(deployment.failure().code()).isEqualTo(ErrorCode.ERROR_CODE_DEPLOYMENT_BARRIER);
  }

  @Test
  void apply_deviceIsSilentAfterInstall_deadlineEndsTheWait() {
    begin(Steps.tolerant());
    staged(BACKEND, KIOSK_1, KIOSK_2);
    now = now.plus(Steps.INSTALL).plusSeconds(1);
    event(new TimePassed());

    assertThat(deployment.state()).isEqualTo(DeploymentState.REVERT_FAILED);
    assertThat(deployment.failure().code())
        .isEqualTo(ErrorCode.ERROR_CODE_DEPLOYMENT_DEVICE_SILENT);
  }

  @Test
  void apply_repeatedAndLateAnswers_changeNothing() {
    begin(Steps.tolerant());
    staged(BACKEND, KIOSK_1, KIOSK_2);
    Deployment before = deployment;
    staged(BACKEND, KIOSK_1, KIOSK_2);
    answer(KIOSK_1, Order.INSTALL, Result.DONE);
    answer(new Site("kiosk-9", "kiosk-ui"), Order.INSTALL, Result.DONE);
    assertThat(deployment).isEqualTo(before);
  }

  @Test
  void apply_backendAnnouncesLessThanTheOfferSaid_thatDecides() {
    begin(Steps.tolerant());
    staged(BACKEND, KIOSK_1, KIOSK_2);
    installed(BACKEND);
    event(
        new Provided(
            "backend",
            Steps.V11,
            Map.of("backend", dev.lockstep.protocol.version.ReleaseVersion.parse("2.0.0"))));
    answer(KIOSK_1, Order.INSTALL, Result.FAILED);
    assertThat(deployment.state()).isEqualTo(DeploymentState.REVERTING);
  }

  @Test
  @Tag("R105")
  void apply_frontendsOnly_backendGetsNoOrder() {
    begin(
        Steps.deployment(
            List.of(
                Steps.step(
                    KIOSK_1, dev.lockstep.config.ComponentSettings.Role.FRONTEND, "^1.0.0"))));
    staged(KIOSK_1);
    installed(KIOSK_1);
    assertThat(deployment.state()).isEqualTo(DeploymentState.COMMITTED);
    assertThat(orders).containsExactly("STAGE kiosk-ui on kiosk-1", "INSTALL kiosk-ui on kiosk-1");
  }

  @Test
  @Tag("R178")
  void apply_nothingToDo_endsAtOnceWithoutOrders() {
    begin(Steps.deployment(List.of()));
    assertThat(deployment.state()).isEqualTo(DeploymentState.COMMITTED);
    assertThat(orders).isEmpty();
  }

  @Test
  @Tag("R97")
  void apply_begunAgainAfterARestart_sendsWhatIsAwaitedAndRenewsDeadlines() {
    begin(Steps.tolerant());
    staged(BACKEND, KIOSK_1, KIOSK_2);
    orders.clear();
    now = now.plus(Steps.INSTALL).plusSeconds(1);
    event(new Begun());
    event(new TimePassed());
    assertThat(orders).containsExactly("INSTALL backend on hub");
    assertThat(deployment.state()).isEqualTo(DeploymentState.BACKEND);
  }

  @Test
  void apply_aThousandFrontends_isFastEnoughForOneThread() {
    List<Step> steps = new ArrayList<>(List.of(Steps.backend()));
    for (int i = 0; i < 1_000; i++) {
      Site site = new Site("kiosk-" + i, "kiosk-ui");
      steps.add(Steps.step(site, dev.lockstep.config.ComponentSettings.Role.FRONTEND, "^1.0.0"));
    }
    long start = System.nanoTime();
    begin(Steps.deployment(steps));
    for (Order order : List.of(Order.STAGE, Order.INSTALL)) {
      for (Step step : steps) {
        answer(step.site(), order, Result.DONE);
      }
    }
    assertThat(deployment.state()).isEqualTo(DeploymentState.COMMITTED);
    // Measured 2 s on a busy machine, 12 s when each event cost the square of the steps.
    assertThat(java.time.Duration.ofNanos(System.nanoTime() - start))
        .isLessThan(java.time.Duration.ofSeconds(30));
  }

  @Test
  void table_everyStateIsReachableAndEveryRunningStateHasAnExit() {
    for (DeploymentState state : DeploymentState.values()) {
      boolean entered =
          state == DeploymentState.STAGING
              || DeploymentTable.ROWS.stream().anyMatch(row -> row.next() == state);
      boolean left = DeploymentTable.ROWS.stream().anyMatch(row -> row.state() == state);
      assertThat(entered).as("%s is reachable", state).isTrue();
      assertThat(left).as("%s has an exit", state).isEqualTo(!state.ended());
    }
    assertThatThrownBy(() -> DeploymentTable.next(DeploymentState.COMMITTED, Verdict.ALL_DONE))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @Tag("R106")
  @Tag("R16")
  void apply_anyLineOfEvents_alwaysEndsOrAwaitsAndNeverPutsFrontendsFirst() {
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      now = T0;
      deployment = random.nextBoolean() ? Steps.tolerant() : Steps.strict();
      machine = anyMachine(random);
      event(new Begun());
      for (int i = 0; i < 400 && !deployment.state().ended(); i++) {
        event(anyEvent(random));
        assertInvariants("seed " + seed);
      }
      assertThat(deployment.state().ended()).as("seed %d ends", seed).isTrue();
    }
  }

  private void assertInvariants(String seed) {
    if (deployment.state().ended()) {
      assertThat(deployment.awaited()).as(seed).isEmpty();
    } else {
      assertThat(deployment.steps())
          .as(seed)
          .anyMatch(
              step ->
                  step.status().awaited()
                      || step.status() == StepStatus.ABSENT
                      || step.status() == StepStatus.UNDECIDED);
      assertThat(deployment.awaited()).as(seed).allMatch(step -> step.deadline() != null);
    }
    boolean backendNew =
        status(BACKEND) == StepStatus.COMMITTED || deployment.state() != DeploymentState.FRONTENDS;
    assertThat(backendNew).as(seed).isTrue();
    if (deployment.state() == DeploymentState.STAGING
        || deployment.state() == DeploymentState.BACKEND) {
      assertThat(deployment.steps())
          .as(seed)
          .noneMatch(
              step ->
                  step.frontend()
                      && (step.status() == StepStatus.INSTALLING
                          || step.status() == StepStatus.COMMITTED));
    }
    if (deployment.state() == DeploymentState.REVERTED) {
      assertThat(deployment.steps())
          .as(seed)
          .noneMatch(step -> step.status() == StepStatus.COMMITTED);
    }
  }

  private static DeploymentMachine anyMachine(Random random) {
    FrontendFailure policy = FrontendFailure.values()[random.nextInt(2)];
    return new DeploymentMachine(Steps.rules(1 + random.nextInt(2), random.nextInt(3), policy));
  }

  private DeploymentEvent anyEvent(Random random) {
    List<Site> sites = List.of(BACKEND, KIOSK_1, KIOSK_2);
    Site site = sites.get(random.nextInt(sites.size()));
    switch (random.nextInt(10)) {
      case 0:
        return new WentAway(site);
      case 1:
        now = now.plusSeconds(random.nextInt(1200));
        return new TimePassed();
      case 2:
        return new Begun();
      case 3:
        return new Provided("backend", Steps.V11, Map.of("backend", V1));
      case 4:
        return new CameBack(site);
      case 5:
        Decision.Action action = Decision.Action.values()[random.nextInt(3)];
        return new Decided(new Decision("", action, "ann"));
      default:
        Order order = Order.values()[random.nextInt(3)];
        Result result = random.nextInt(3) > 0 ? Result.DONE : Result.values()[random.nextInt(4)];
        return new Answered(site, order, result, UNHEALTHY);
    }
  }

  private void begin(Deployment planned) {
    deployment = planned;
    event(new Begun());
  }

  private void staged(Site... sites) {
    for (Site site : sites) {
      answer(site, Order.STAGE, Result.DONE);
    }
  }

  private void installed(Site site) {
    answer(site, Order.INSTALL, Result.DONE);
  }

  private void answer(Site site, Order order, Result result) {
    event(new Answered(site, order, result, result == Result.DONE ? null : UNHEALTHY));
  }

  private void event(DeploymentEvent event) {
    DeploymentMachine.Transition next = machine.apply(deployment, event, now);
    deployment = next.deployment();
    for (DeploymentEffect effect : next.effects()) {
      if (effect instanceof DeploymentEffect.Instruct instruct) {
        orders.add(instruct.order() + " " + instruct.step().site());
      }
    }
  }

  private StepStatus status(Site site) {
    return deployment.step(site).orElseThrow().status();
  }
}
