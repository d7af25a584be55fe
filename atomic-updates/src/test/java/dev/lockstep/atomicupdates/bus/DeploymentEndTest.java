package dev.lockstep.atomicupdates.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallRequest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whether every device hears that a whole deployment is over. */
class DeploymentEndTest {

  @Test
  @Tag("R106")
  @Tag("R135")
  void installRequest_backendFails_everyDeviceHearsThatTheDeploymentIsOver() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.backend.nextInstall(Outcome.REVERTED);
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));

      assertThat(fleet.log).contains("stage kiosk-ui 1.1.0 on kiosk-1");
      assertThat(fleet.backend.deploymentsEnded).containsExactly("job-1");
      assertThat(fleet.kiosk1.deploymentsEnded).containsExactly("job-1");
      assertThat(fleet.kiosk2.deploymentsEnded).containsExactly("job-1");
    }
  }

  @Test
  void installRequest_goesOn_isNotOverWithTheFirstDevice() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.publish(
          Topics.INSTALL_COMPLETE,
          dev.lockstep.protocol.v1.InstallComplete.newBuilder()
              .setJobId("job-1")
              .setDevice("hub")
              .setComponent("backend")
              .setOutcome(dev.lockstep.protocol.v1.InstallOutcome.INSTALL_OUTCOME_COMMITTED)
              .build());

      assertThat(fleet.kiosk1.deploymentsEnded).isEmpty();
    }
  }

  @Test
  @Tag("R121")
  void installRequest_dryRun_isNoEndOfADeployment() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.publish(
          Topics.INSTALL_REQUEST,
          InstallRequest.newBuilder()
              .setJobId("job-1")
              .addReleases(Fleet.release("backend", "1.1.0"))
              .setDryRun(true)
              .build());
      fleet.pass(Duration.ofSeconds(1));

      assertThat(fleet.ends()).containsExactly("job-1 DRY_RUN");
      assertThat(fleet.kiosk1.deploymentsEnded).isEmpty();
    }
  }

  @Test
  @Tag("R121")
  void installRequest_dryRun_answersThePlanAndChangesNothing() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.publish(
          Topics.INSTALL_REQUEST,
          InstallRequest.newBuilder()
              .setJobId("dry")
              .setDryRun(true)
              .addReleases(Fleet.release("backend", "1.1.0"))
              .build());
      fleet.pass(Duration.ofSeconds(1));
      assertThat(fleet.ends()).containsExactly("dry DRY_RUN");
      List<InstallComplete> answers =
          fleet.seen.stream()
              .filter(InstallComplete.class::isInstance)
              .map(InstallComplete.class::cast)
              .toList();
      assertThat(answers)
          .filteredOn(one -> one.getDevice().isEmpty())
          .singleElement()
          .satisfies(
              whole ->
                  assertThat(whole.getPlanList())
                      .containsExactly("backend on hub: 1.0.0 to 1.1.0"));
      // Who has the component says what it would do itself; nobody else is asked.
      assertThat(answers)
          .filteredOn(one -> !one.getDevice().isEmpty())
          .singleElement()
          .satisfies(
              own -> {
                assertThat(own.getDevice() + "/" + own.getComponent()).isEqualTo("hub/backend");
                assertThat(own.getPlanList()).containsExactly("stop backend 1.0.0");
                assertThat(own.getForecast().getDownloadBytes()).isEqualTo(300);
                assertThat(own.getForecast().getDeltaFrom()).isEqualTo("1.0.0");
                assertThat(own.getForecast().getExpectedDowntime().getSeconds()).isEqualTo(2);
                assertThat(own.getForecast().getAskedList()).containsExactly("kiosk-ui on kiosk-1");
              });
      assertThat(fleet.log).isEmpty();
    }
  }
}
