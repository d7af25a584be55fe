package dev.lockstep.atomicupdates.journal;

import static dev.lockstep.atomicupdates.journal.InstallJournalTest.NOW;
import static dev.lockstep.atomicupdates.journal.InstallJournalTest.after;
import static dev.lockstep.atomicupdates.journal.InstallJournalTest.install;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallMachine;
import dev.lockstep.atomicupdates.port.FaultPoints;
import java.nio.file.Path;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which install changed last, whatever the clock said and whichever release wrote it. */
class ChangeOrderTest {
  @TempDir Path folder;

  @Test
  @Tag("R135")
  void changes_jobsChangeInAnotherOrderThanTheyBegan_lastWrittenFirstWhateverTheClockSays() {
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      Install first = after(install("first"), Event.stageAsked(), Event.staged(10));
      journal.save(first);
      journal.save(install("second"));
      Install earlier =
          InstallMachine.apply(first, Event.installAsked(), NOW.minusSeconds(1000)).install();
      journal.save(earlier);
      journal.told(install("second"));

      assertThat(journal.changes("backend")).containsExactly(earlier, install("second"));
      assertThat(journal.of("backend")).containsExactly(install("second"), earlier);
    }
  }

  @Test
  @Tag("R135")
  void open_writtenByAReleaseThatDoesNotCountChanges_countedByItsTimesAfterAllOthers() {
    List<Install> known = List.of(install("a"), install("b"));
    Install late =
        InstallMachine.apply(install("c"), Event.stageAsked(), NOW.plusSeconds(9)).install();
    Install early =
        InstallMachine.apply(install("d"), Event.stageAsked(), NOW.plusSeconds(5)).install();
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      known.forEach(journal::save);
      journal.save(late);
      journal.save(early);
      run(database, "UPDATE install SET changed = 0 WHERE job IN ('c', 'd')");
    }
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      assertThat(new InstallJournal(database).changes("backend"))
          .containsExactly(late, early, known.get(1), known.get(0));
      run(database, "DROP INDEX install_whole");
      run(database, "DROP TRIGGER install_changed");
      run(database, "ALTER TABLE install DROP COLUMN changed");
    }
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      assertThat(journal.changes("backend"))
          .startsWith(late, early)
          .containsExactlyInAnyOrder(late, early, known.get(0), known.get(1));
      journal.save(known.get(0));
      assertThat(journal.changes("backend")).startsWith(known.get(0), late);
    }
  }

  /** Lockstep went back to a release before the count, which went on with a row that has one. */
  @Test
  @Tag("R135")
  void changes_aReleaseThatDoesNotCountGoesOnWithAnOlderRow_isTheLastChange() {
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      journal.save(install("a"));
      journal.save(install("b"));
      run(
          database,
          "INSERT INTO install (job, component, method, requested_by, manifest_target, to_version,"
              + " state, resumes, started_at, updated_at, bytes_fetched, told)"
              + " SELECT job, component, method, requested_by, manifest_target, to_version,"
              + " 'COMMITTED', resumes, started_at, updated_at, bytes_fetched, told"
              + " FROM install WHERE job = 'a'"
              + " ON CONFLICT (job, component) DO UPDATE SET state = excluded.state");
      run(database, "UPDATE install SET told = 1 WHERE job = 'b'");

      assertThat(journal.changes("backend"))
          .extracting(install -> install.key().jobId())
          .containsExactly("a", "b");
      journal.save(install("b"));
      assertThat(journal.changes("backend"))
          .extracting(install -> install.key().jobId())
          .containsExactly("b", "a");
    }
  }

  @Test
  @Tag("R135")
  void open_rowsOfANewerReleaseAreClosed_stayInTheOrderOfTheirChanges() {
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      journal.save(install("a"));
      journal.save(install("b"));
      run(database, "UPDATE install SET state = 'TELEPORTING'");
    }
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      assertThat(new InstallJournal(database).changes("backend"))
          .extracting(install -> install.key().jobId())
          .containsExactly("b", "a");
    }
  }

  private static void run(Database database, String sql) {
    database.write(
        "test",
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
          }
        });
  }
}
