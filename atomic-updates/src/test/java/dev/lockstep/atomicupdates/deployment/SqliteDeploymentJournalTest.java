package dev.lockstep.atomicupdates.deployment;

import static dev.lockstep.atomicupdates.deployment.Steps.BACKEND;
import static dev.lockstep.atomicupdates.deployment.Steps.KIOSK_1;
import static dev.lockstep.atomicupdates.deployment.Steps.T0;
import static dev.lockstep.atomicupdates.deployment.Steps.V1;
import static dev.lockstep.atomicupdates.deployment.Steps.V11;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Answered;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Begun;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Result;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Aftermath;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Attempts;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Desired;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Remembered;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.protocol.v1.ErrorCode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("R135")
class SqliteDeploymentJournalTest {
  @TempDir Path folder;
  private Database database;
  private SqliteDeploymentJournal journal;

  @BeforeEach
  void open() {
    database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE);
    journal = new SqliteDeploymentJournal(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void reopen() {
    close();
    open();
  }

  @Test
  @Tag("R97")
  void save_everyStateOfADeployment_isReadTheSameAfterAReopening() {
    DeploymentMachine machine = new DeploymentMachine(Steps.RULES);
    List<DeploymentEvent> events =
        List.of(
            new Begun(),
            new Answered(BACKEND, Order.STAGE, Result.DONE, null),
            new Answered(KIOSK_1, Order.STAGE, Result.DONE, null),
            new Answered(Steps.KIOSK_2, Order.STAGE, Result.DONE, null),
            new Answered(BACKEND, Order.INSTALL, Result.DONE, null),
            new Answered(KIOSK_1, Order.INSTALL, Result.DONE, null),
            new Answered(Steps.KIOSK_2, Order.INSTALL, Result.FAILED, Steps.UNHEALTHY),
            new Answered(KIOSK_1, Order.REVERT, Result.DONE, null),
            new Answered(BACKEND, Order.REVERT, Result.DONE, null));
    Deployment deployment = Steps.strict();
    journal.save(deployment, Aftermath.NONE);
    for (DeploymentEvent event : events) {
      deployment = machine.apply(deployment, event, T0).deployment();
      journal.save(deployment, Aftermath.NONE);
      reopen();
      assertThat(journal.find("job-1")).contains(deployment);
      assertThat(journal.running().isPresent()).isEqualTo(!deployment.state().ended());
    }
    assertThat(deployment.state()).isEqualTo(DeploymentState.REVERTED);
  }

  @Test
  void untold_endedDeployment_isListedUntilItIsTold() {
    Deployment running = Steps.tolerant();
    journal.save(running, Aftermath.NONE);
    assertThat(journal.untold()).isEmpty();
    journal.save(running.in(DeploymentState.COMMITTED, T0), Aftermath.NONE);
    assertThat(journal.untold()).hasSize(1);
    journal.told("job-1");
    reopen();
    assertThat(journal.untold()).isEmpty();
    assertThat(journal.latest(5)).hasSize(1);
  }

  @Test
  @Tag("R108")
  void save_aftermath_isKept() {
    Desired desired = new Desired(KIOSK_1, V11, "stable/kiosk-ui/x");
    Attempts attempts = new Attempts(KIOSK_1, V11, 2, true, T0);
    journal.save(Steps.tolerant(), new Aftermath(List.of(desired), List.of(attempts)));
    reopen();
    assertThat(journal.desired(KIOSK_1)).contains(desired);
    assertThat(journal.attempts(KIOSK_1, V11)).contains(attempts);
    assertThat(journal.desired(BACKEND)).isEmpty();
    assertThat(journal.attempts(KIOSK_1, V1)).isEmpty();

    Desired alone = new Desired(KIOSK_1, null, "");
    journal.save(Steps.tolerant(), new Aftermath(List.of(alone), List.of()));
    assertThat(journal.desired(KIOSK_1)).contains(alone);
  }

  @Test
  void remember_announcements_areReadTheSameAndReplaced() {
    journal.remember(new Remembered(Steps.backend(V1), Steps.T0));
    journal.remember(new Remembered(Steps.kiosk(KIOSK_1, null, ">=1.0.0 <2.0.0"), Steps.T0));
    journal.remember(new Remembered(Steps.backend(V11), Steps.T0.plusSeconds(5)));
    reopen();
    assertThat(journal.remembered())
        .containsExactlyInAnyOrder(
            new Remembered(Steps.backend(V11), Steps.T0.plusSeconds(5)),
            new Remembered(Steps.kiosk(KIOSK_1, null, ">=1.0.0 <2.0.0"), Steps.T0));
  }

  @Test
  void forget_site_nothingIsKeptOfItAndOthersStay() {
    journal.remember(new Remembered(Steps.backend(V1), Steps.T0));
    journal.remember(new Remembered(Steps.kiosk(KIOSK_1, V1, "^1.0.0"), Steps.T0));
    journal.save(
        Steps.tolerant(),
        new Aftermath(
            List.of(new Desired(KIOSK_1, V11, "")),
            List.of(new Attempts(KIOSK_1, V11, 1, true, Steps.T0))));
    journal.forget(KIOSK_1);
    reopen();
    assertThat(journal.remembered()).containsExactly(new Remembered(Steps.backend(V1), Steps.T0));
    assertThat(journal.desired(KIOSK_1)).isEmpty();
    assertThat(journal.attempts(KIOSK_1, V11)).isEmpty();
  }

  @Test
  void open_journalThatKeptNoSignsOfLife_countsThemFromNow() {
    database.write(
        "as before",
        connection -> {
          try (var statement = connection.createStatement()) {
            statement.execute("DROP INDEX deployment_announced_whole");
            statement.execute("ALTER TABLE deployment_announced DROP COLUMN seen_at");
            statement.execute(
                "INSERT INTO deployment_announced VALUES ('hub', 'backend', 'BACKEND', '1.0.0', '', '', '', 1000, 0)");
          }
        });
    Instant before = Instant.now().minusSeconds(5);
    reopen();
    assertThat(journal.remembered())
        .singleElement()
        .satisfies(known -> assertThat(known.seenAt()).isAfter(before));
  }

  private void written(String change) {
    database.write(
        "as a newer release",
        connection -> {
          try (var statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE " + change)).isPositive();
          }
        });
    reopen();
  }

  @Test
  void open_runningDeploymentWithWordsOfANewerRelease_endsAndAPersonDecides() {
    for (String change :
        List.of(
            "deployment SET state = 'SOAKING'",
            "deployment SET kind = 'CANARY'",
            "deployment_step SET status = 'WARMED_UP' WHERE ordinal = 0",
            "deployment_step SET role = 'WITNESS' WHERE ordinal = 1")) {
      journal.save(
          Steps.strict(), new Aftermath(List.of(new Desired(KIOSK_1, V11, "stable/x")), List.of()));
      assertThat(journal.running()).isPresent();
      written(change);
      assertThat(journal.running()).as(change).isEmpty();
      assertThat(journal.untold())
          .as(change)
          .singleElement()
          .satisfies(
              ended -> {
                assertThat(ended.state()).isEqualTo(DeploymentState.REVERT_FAILED);
                assertThat(ended.failure().code()).isEqualTo(ErrorCode.ERROR_CODE_JOURNAL);
                assertThat(ended.failure().message()).contains("job-1", "look at the versions");
                assertThat(ended.endedAt()).isNotNull();
              });
      assertThat(journal.desired(KIOSK_1)).map(Desired::version).isEmpty();
      database.write(
          "gone",
          connection -> {
            try (var statement = connection.createStatement()) {
              statement.execute("DELETE FROM deployment_step");
              statement.execute("DELETE FROM deployment");
            }
          });
      reopen();
    }
  }

  @Test
  void read_whatEndedWithWordsOfANewerRelease_isListedAllTheSame() {
    journal.save(Steps.strict().in(DeploymentState.COMMITTED, T0), Aftermath.NONE);
    journal.remember(new Remembered(Steps.backend(V1), Steps.T0));
    written(
        "deployment SET state = 'PARTLY', kind = 'CANARY', error_code = 'ERROR_CODE_NEW',"
            + " error_category = 'ERROR_CATEGORY_NEW', error_message = 'cannot'");
    written("deployment_step SET status = 'WARMED_UP', role = 'WITNESS'");
    written("deployment_announced SET role = 'WITNESS'");
    assertThat(journal.latest(5))
        .singleElement()
        .satisfies(
            ended -> {
              assertThat(ended.state()).isEqualTo(DeploymentState.REVERT_FAILED);
              assertThat(ended.failure().message()).contains("ERROR_CODE_NEW");
              assertThat(ended.anyIn(StepStatus.STUCK)).isTrue();
            });
    assertThat(journal.remembered()).isEmpty();
  }

  @Test
  void save_manyEndedDeployments_onlyTheLastAreKept() {
    Deployment ended = Steps.deployment(List.of(Steps.backend()));
    for (int i = 0; i < 510; i++) {
      Deployment one =
          new Deployment(
              "job-" + i,
              ended.kind(),
              "test",
              T0,
              DeploymentState.COMMITTED,
              ended.steps(),
              ended.provided(),
              null,
              T0);
      journal.save(one, Aftermath.NONE);
      journal.told(one.id());
    }
    assertThat(journal.latest(1_000)).hasSize(500);
    assertThat(journal.find("job-0")).isEmpty();
  }

  @Test
  void save_databaseIsClosed_failsWithJournal() {
    database.close();
    assertThatThrownBy(() -> journal.save(Steps.tolerant(), Aftermath.NONE))
        .isInstanceOf(AtomicUpdatesException.class)
        .hasMessageContaining("journal");
    open();
  }
}
