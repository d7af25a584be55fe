package dev.lockstep.atomicupdates.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at a journal in all the states in which a process, or the end of one, leaves it. */
@Tag("R163")
class JournalReaderTest {
  @TempDir Path folder;

  private Path file() {
    return folder.resolve("state").resolve("atomic.db");
  }

  private static Install install(String job) {
    return Install.requested(
        new Install.Key(job, "backend"),
        new Install.Order(Install.Method.UPDATE, "tester", ""),
        new Install.Versions(null, ReleaseVersion.parse("1.0.0"), null),
        Instant.parse("2026-11-21T00:00:00Z"));
  }

  private static boolean counts(Path file) {
    return Files.isRegularFile(file) && !file.toString().endsWith("-shm");
  }

  /**
   * All files but the index of the log: SQLite shares one within a process, so what a reader in
   * another process leaves alone is seen with real processes only.
   */
  private Map<String, String> content() throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.list(file().getParent())) {
      for (Path one : files.filter(JournalReaderTest::counts).toList()) {
        content.put(
            one.getFileName().toString(),
            Files.getLastModifiedTime(one) + " " + Arrays.hashCode(Files.readAllBytes(one)));
      }
    }
    return content;
  }

  @Test
  void installs_noJournalYet_noneAndNoneIsMade() {
    assertThat(JournalReader.installs(file())).isEmpty();
    assertThat(file()).doesNotExist();
  }

  @Test
  void installs_besideTheProcessThatWrites_readsTheNewestAndChangesNothing() throws IOException {
    try (Database database = Database.open(file(), FaultPoints.NONE)) {
      InstallJournal journal = new InstallJournal(database);
      journal.save(install("first"));
      journal.save(install("second"));
      Map<String, String> before = content();

      assertThat(JournalReader.installs(file()))
          .extracting(found -> found.key().jobId())
          .containsExactly("second", "first");
      assertThat(content()).isEqualTo(before).containsKey("atomic.db-wal");
      journal.save(install("third"));
      assertThat(JournalReader.installs(file())).hasSize(3);
    }
  }

  @Test
  void installs_afterAProcessThatEnded_readsAllAndMakesNoFile() throws IOException {
    try (Database database = Database.open(file(), FaultPoints.NONE)) {
      new InstallJournal(database).save(install("first"));
    }
    Map<String, String> before = content();

    assertThat(JournalReader.installs(file())).hasSize(1);
    assertThat(content()).isEqualTo(before).doesNotContainKey("atomic.db-wal");
  }

  @Test
  void installs_afterAProcessThatWasKilled_readsItsLogToo() throws IOException {
    Path killed = folder.resolve("killed");
    try (Database database = Database.open(file(), FaultPoints.NONE)) {
      new InstallJournal(database).save(install("first"));
      Files.createDirectory(killed);
      for (String part : new String[] {"", "-wal", "-shm"}) {
        Files.copy(file().resolveSibling("atomic.db" + part), killed.resolve("atomic.db" + part));
      }
    }

    assertThat(JournalReader.installs(killed.resolve("atomic.db"))).hasSize(1);
    assertThat(killed.resolve("atomic.db-wal")).exists();
  }

  @Test
  void installs_damagedJournal_isReportedAndLeftAsItIs() throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), "no journal at all, but long enough to be looked at as one");

    assertThatThrownBy(() -> JournalReader.installs(file()))
        .isInstanceOf(AtomicUpdatesException.class)
        .hasMessageContaining("cannot read the journal");
    assertThat(file()).hasContent("no journal at all, but long enough to be looked at as one");
  }
}
