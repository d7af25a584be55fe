package dev.lockstep.versionmanagement.adapter;

import static dev.lockstep.versionmanagement.domain.Samples.announcement;
import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.backendAt;
import static dev.lockstep.versionmanagement.domain.Samples.catalogue;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static dev.lockstep.versionmanagement.domain.Samples.frontendAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent;
import dev.lockstep.versionmanagement.deployment.DeploymentLimits;
import dev.lockstep.versionmanagement.deployment.DeploymentMachine;
import dev.lockstep.versionmanagement.deployment.DeploymentState;
import dev.lockstep.versionmanagement.deployment.Wish;
import dev.lockstep.versionmanagement.domain.CheckResult;
import dev.lockstep.versionmanagement.domain.ComponentRole;
import dev.lockstep.versionmanagement.domain.Exclusions;
import dev.lockstep.versionmanagement.domain.Failure;
import dev.lockstep.versionmanagement.domain.Hold;
import dev.lockstep.versionmanagement.domain.Notified;
import dev.lockstep.versionmanagement.domain.Offer;
import dev.lockstep.versionmanagement.domain.OfferMaker;
import dev.lockstep.versionmanagement.domain.PreferredTime;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Site;
import dev.lockstep.versionmanagement.domain.Skip;
import dev.lockstep.versionmanagement.port.Journal;
import dev.lockstep.versionmanagement.port.Journal.CheckRecord;
import dev.lockstep.versionmanagement.port.Journal.Memory;
import dev.lockstep.versionmanagement.port.Journal.Remembered;
import dev.lockstep.versionmanagement.port.Journal.Rules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteJournalTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00.123456789Z");
  private static final Problem PROBLEM =
      Problem.operator(ErrorCode.ERROR_CODE_HEALTH_FAILED, "cannot start: it is unhealthy");
  private static final Offer OFFER =
      new OfferMaker("stable")
          .make(
              List.of(backendAt("1.0.0", "1.0.0"), frontendAt("kiosk-1", "", "^1.0.0")),
              catalogue(
                  backend("1.1.0", "1.1.0").asCritical(),
                  frontend("1.1.0-rc.1+build.5", ">=1.0.0 <2.0.0")),
              Exclusions.NONE)
          .offer();

  @TempDir private Path folder;

  private Memory reopened(java.util.function.Consumer<Journal> writing) {
    try (Journal journal = open()) {
      writing.accept(journal);
    }
    try (Journal journal = open()) {
      return journal.load();
    }
  }

  private Journal open() {
    return new SqliteJournal(folder.resolve("state").resolve("versions.db"));
  }

  private static Deployment scheduled() {
    DeploymentMachine machine =
        new DeploymentMachine(
            new DeploymentLimits(Duration.ofHours(1), Duration.ofHours(1), Duration.ofSeconds(10)),
            new PreferredTime(LocalTime.of(3, 0), ZoneOffset.UTC));
    Deployment deployment =
        Deployment.begin(
            "job-1", OFFER, Wish.ofPerson(Wish.Kind.PREFERRED, Optional.empty(), "alex"), NOW);
    for (Site site : OFFER.sites()) {
      ReleaseVersion version = OFFER.at(site).orElseThrow().to();
      deployment =
          machine.apply(deployment, new DeploymentEvent.Staged(site, version), NOW).deployment();
    }
    return deployment;
  }

  @Test
  void load_fresh_isEmpty() {
    Memory memory = reopened(journal -> {});

    assertThat(memory)
        .isEqualTo(
            new Memory(
                List.of(),
                Rules.NONE,
                List.of(),
                Optional.empty(),
                List.of(),
                Map.of(),
                List.of(),
                List.of()));
  }

  @Test
  @Tag("R44")
  @Tag("R135")
  void save_deployment_comesBackWholly() {
    Deployment deployment = scheduled();
    assertThat(deployment.state()).isEqualTo(DeploymentState.SCHEDULED);

    Memory memory = reopened(journal -> journal.save(deployment));

    assertThat(memory.deployments()).containsExactly(deployment);
  }

  @Test
  void end_deploymentAndFailures_areKeptTogether() {
    Failure failure =
        Failure.next(
            OFFER,
            "backend",
            ReleaseVersion.parse("1.1.0"),
            true,
            Failure.Kind.REVERTED,
            0,
            NOW,
            "broken");
    Deployment ended =
        new DeploymentMachine(
                new DeploymentLimits(Duration.ZERO, Duration.ZERO, Duration.ZERO),
                new PreferredTime(LocalTime.NOON, ZoneOffset.UTC))
            .apply(scheduled(), new DeploymentEvent.Withdrawn(PROBLEM), NOW)
            .deployment();

    Memory memory =
        reopened(
            journal -> {
              journal.save(scheduled());
              journal.end(ended, List.of(failure));
            });

    assertThat(memory.deployments()).containsExactly(ended);
    assertThat(memory.failures()).containsExactly(failure);
  }

  @Test
  void save_everythingElse_comesBackWholly() {
    Rules rules =
        new Rules(
            List.of(
                new Hold("", Optional.empty(), "fair", "alex"),
                new Hold("backend", Optional.of(NOW), "", "kim")),
            List.of(new Skip("backend", ReleaseVersion.parse("1.1.0"), "alex")));
    Remembered site =
        new Remembered(
            announcement(
                "kiosk-1",
                "kiosk-ui",
                ComponentRole.FRONTEND,
                "1.0.0",
                Map.of("ui", "1.0.0"),
                Map.of("backend", "^1.0.0")),
            NOW);
    Map<String, Duration> downtimes = Map.of("backend", Duration.ofMillis(1_500));

    List<Notified> notified =
        List.of(
            new Notified("kiosk-ui", ReleaseVersion.parse("1.1.0")),
            new Notified("backend", ReleaseVersion.parse("1.2.0-rc.1")));

    Memory memory =
        reopened(
            journal -> {
              journal.saveNotified(notified);
              journal.save(rules);
              journal.save(site.announcement(), NOW.minusSeconds(5));
              journal.save(site.announcement(), NOW);
              journal.saveDowntimes(downtimes);
            });

    assertThat(memory.rules()).isEqualTo(rules);
    assertThat(memory.sites()).containsExactly(site);
    assertThat(memory.downtimes()).isEqualTo(downtimes);
    assertThat(memory.notified()).isEqualTo(notified);
  }

  @Test
  @Tag("R52")
  @Tag("R136")
  void save_check_everyResultCanBeStored() {
    for (CheckResult result : CheckResult.values()) {
      CheckRecord check =
          new CheckRecord(NOW, result, "asked", Optional.of(PROBLEM), Optional.of(NOW));

      assertThat(reopened(journal -> journal.save(check)).lastCheck()).contains(check);
    }
  }

  @Test
  void open_damagedFile_saysWhatToDo() throws IOException {
    Path file = folder.resolve("versions.db");
    Files.writeString(file, "this is no database, not even a small one ".repeat(100));

    assertThatThrownBy(() -> new SqliteJournal(file))
        .isInstanceOfSatisfying(
            VersionManagementException.State.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.ERROR_CODE_VERSIONS_STATE))
        .hasMessageContaining(file.toString())
        .hasMessageContaining("move the file away");
  }
}
