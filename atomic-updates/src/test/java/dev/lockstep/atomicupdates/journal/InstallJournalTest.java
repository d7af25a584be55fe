package dev.lockstep.atomicupdates.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallMachine;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.domain.InstallStep;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallJournalTest {
  static final Instant NOW = Instant.parse("2026-03-04T05:06:07.123Z");
  @TempDir Path folder;

  static Install install(String job) {
    return Install.requested(
        new Install.Key(job, "backend"),
        new Install.Order(Install.Method.UPDATE, "tester", "stable/x"),
        new Install.Versions(
            ReleaseVersion.parse("1.0.0"), ReleaseVersion.parse("1.1.0+b.2"), null),
        NOW);
  }

  static Install after(Install install, Event... events) {
    Install now = install;
    for (Event event : events) {
      now = InstallMachine.apply(now, event, NOW.plusSeconds(5)).install();
    }
    return now;
  }

  @Test
  @Tag("R149")
  void open_whileItIsUsed_allItsFilesAreTheOwnersOnly() throws Exception {
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      new InstallJournal(database).save(install("job"));
      try (java.util.stream.Stream<Path> files = java.nio.file.Files.list(folder)) {
        assertThat(files.filter(java.nio.file.Files::isRegularFile))
            .hasSizeGreaterThan(1)
            .allSatisfy(
                file ->
                    assertThat(
                            java.nio.file.attribute.PosixFilePermissions.toString(
                                java.nio.file.Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------"));
      }
    }
  }

  @Test
  @Tag("R135")
  void save_everyField_readBackBySomebodyElse() {
    Install saved =
        after(
            install("job"),
            Event.installAsked(),
            Event.ready("backup_1.0.0_20260304_050607"),
            Event.done(InstallStep.QUIESCE, NOW),
            Event.failed(
                InstallStep.BACKUP,
                Failure.forOperator(ErrorCode.ERROR_CODE_BACKUP_FAILED, "cannot: é; do \"that\"")));
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      journal.save(install("other"));
      journal.save(after(install("job"), Event.stageAsked()));
      journal.save(saved);
    }
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      assertThat(journal.find(saved.key())).contains(saved);
      assertThat(journal.latest(10)).hasSize(2).first().isEqualTo(saved);
      assertThat(journal.unfinished()).containsExactly(saved);
    }
  }

  /** SQLite says that a write failed, as its log could not be forced to the disk; it is there. */
  @Test
  @Tag("R97")
  void settle_afterAWriteThatWasReportedAsFailed_noLaterProcessFindsIt() throws IOException {
    Path file = folder.resolve("atomic.db");
    Path other = Files.createDirectory(folder.resolve("other")).resolve("atomic.db");
    byte[] written;
    try (Database database = Database.open(file, FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      journal.save(install("before"));
      copy(file, other);
      journal.save(install("refused"));
      written = Files.readAllBytes(folder.resolve("atomic.db-wal"));
    }
    try (Database database = Database.open(other, FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      assertThat(journal.latest(10)).containsExactly(install("before"));
      try (FileChannel log =
          FileChannel.open(other.resolveSibling("atomic.db-wal"), StandardOpenOption.WRITE)) {
        log.write(ByteBuffer.wrap(written));
      }
      assertThat(journal.latest(10)).containsExactly(install("before"));
      assertThat(foundLater(other)).as("so it is, without it").contains(install("refused"));

      journal.settle();

      assertThat(foundLater(other)).containsExactly(install("before"));
    }
  }

  /** What the next process finds if this one is killed now. */
  private List<Install> foundLater(Path file) throws IOException {
    Path later = Files.createTempDirectory(folder, "later").resolve("atomic.db");
    copy(file, later);
    try (Database database = Database.open(later, FaultPoints.NONE)) {
      return new InstallJournal(database).latest(10);
    }
  }

  private static void copy(Path file, Path to) throws IOException {
    for (String part : List.of("", "-wal")) {
      Files.copy(
          file.resolveSibling(file.getFileName() + part),
          to.resolveSibling(to.getFileName() + part));
    }
  }

  @Test
  @Tag("R136")
  void save_everyStateStepMethodAndCode_isReadBack() throws Exception {
    List<Install> saved = new ArrayList<>();
    for (InstallState state : InstallState.values()) {
      for (Install.Method method : Install.Method.values()) {
        saved.add(row(state, null, method, ErrorCode.ERROR_CODE_BACKUP_FAILED, saved.size()));
      }
    }
    for (InstallStep step : InstallStep.values()) {
      saved.add(
          row(
              InstallState.INSTALLING,
              step,
              Install.Method.UPDATE,
              ErrorCode.ERROR_CODE_BACKUP_FAILED,
              saved.size()));
    }
    for (ErrorCode code : ErrorCode.values()) {
      if (code != ErrorCode.UNRECOGNIZED && code != ErrorCode.ERROR_CODE_UNSPECIFIED) {
        saved.add(row(InstallState.FAILED, null, Install.Method.UPDATE, code, saved.size()));
      }
    }
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      for (Install install : saved) {
        journal.save(install);
      }
    }
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      assertThat(saved)
          .hasSizeGreaterThan(100)
          .allSatisfy(install -> assertThat(journal.find(install.key())).contains(install));
    }
  }

  private static Install row(
      InstallState state, InstallStep step, Install.Method method, ErrorCode code, int number) {
    return new Install(
        new Install.Key("job-" + number, "backend"),
        new Install.Order(method, "tester", "stable/x"),
        new Install.Versions(null, ReleaseVersion.parse("1.1.0"), null),
        new Install.Position(state, step, step, 0),
        new Install.Backups(null, null),
        new Install.Times(NOW, NOW, NOW, null, null, NOW),
        Failure.forOperator(code, "cannot tell more"),
        0,
        true);
  }

  @Test
  @Tag("R121")
  void read_afterAWrite_changesNoByteOfAnyFile() throws Exception {
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      for (int i = 0; i < 5; i++) {
        Install install = install("job-" + i);
        journal.save(install);
        List<Integer> before = contents();

        journal.find(install.key());
        journal.latest(10);

        assertThat(contents()).isEqualTo(before).hasSize(3);
      }
    }
  }

  private List<Integer> contents() throws Exception {
    List<Integer> contents = new ArrayList<>();
    for (String part : List.of("", "-shm", "-wal")) {
      Path file = folder.resolve("atomic.db" + part);
      contents.add(Arrays.hashCode(java.nio.file.Files.readAllBytes(file)));
    }
    return contents;
  }

  @Test
  void open_settings_areDurable() {
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      assertThat(pragma(database, "journal_mode")).isEqualTo("wal");
      assertThat(pragma(database, "synchronous")).isEqualTo("2");
      database.writeSoon("test", connection -> {});
      assertThat(pragma(database, "synchronous")).isEqualTo("2");
    }
  }

  private static String pragma(Database database, String name) {
    return database.read(
        name,
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet row = statement.executeQuery("PRAGMA " + name)) {
            return row.getString(1);
          }
        });
  }

  @Test
  void told_stateChangedMeanwhile_staysUntold() {
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      Install staged = after(install("job"), Event.stageAsked(), Event.staged(10));
      journal.save(staged);
      assertThat(journal.untold()).containsExactly(staged);
      Install refused =
          after(
              staged,
              Event.installAsked(),
              Event.notMet(Failure.reverting(ErrorCode.ERROR_CODE_BACKUP_FAILED, "why")));
      journal.save(refused);

      journal.told(staged);
      assertThat(journal.untold()).containsExactly(refused);
      journal.told(refused);
      assertThat(journal.untold()).isEmpty();
    }
  }

  @Test
  void write_fails_nothingOfItIsThereAndTheNextOneWorks() {
    try (Database database = Database.open(folder.resolve("atomic.db"), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      assertThatThrownBy(
              () ->
                  database.write(
                      "test",
                      connection -> {
                        try (Statement statement = connection.createStatement()) {
                          statement.execute("INSERT INTO install_log VALUES ('j', 1, 1, 'x')");
                          statement.execute("INSERT INTO nowhere VALUES (1)");
                        }
                      }))
          .isInstanceOfSatisfying(
              AtomicUpdatesException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.ERROR_CODE_JOURNAL));
      assertThat(journal.log("j", 1, 10)).isEmpty();
      assertThat(journal.log("j", NOW, "first")).isEqualTo(1);
      assertThat(journal.log("j", NOW, "second")).isEqualTo(2);
      assertThat(journal.log("j", 2, 10))
          .containsExactly(new InstallJournal.LogLine(2, NOW, "second"));
    }
  }

  @Test
  void write_faultPointsBeforeAndAfter() {
    List<String> points = new ArrayList<>();
    try (Database database = Database.open(folder.resolve("atomic.db"), points::add)) {
      new InstallJournal(database).save(after(install("job"), Event.stageAsked()));
    }
    assertThat(points)
        .endsWith("journal.install.DOWNLOADING.before", "journal.install.DOWNLOADING.after");
  }

  @Test
  @Tag("R135")
  void open_fileIsNoDatabase_isSetAsideAndANewOneIsBegun() throws IOException {
    Path file = folder.resolve("atomic.db");
    String damaged = "this is not a database, but long enough to be read as one".repeat(50);
    Files.writeString(file, damaged);
    try (Database database = Database.open(file, FaultPoints.NONE)) {
      Path kept = folder.resolve("atomic.db.damaged-1");
      assertThat(database.setAside()).contains(kept.toAbsolutePath());
      assertThat(kept).hasContent(damaged);
      assertThat(new InstallJournal(database).unfinished()).isEmpty();
    }
  }
}
