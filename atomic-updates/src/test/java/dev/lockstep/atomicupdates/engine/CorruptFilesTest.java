package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.testkit.ReliabilityFigures;
import dev.lockstep.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of a device are cut, emptied, overwritten or turned by a bit while it is off. What is
 * damaged is found and repaired, or reported; it is not run, and nothing is lost in silence.
 */
class CorruptFilesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String BROKEN_OFF = "broken-off";
  private static final String NOTE = "state/installing/backend";

  @TempDir(factory = CrashTest.InMemory.class)
  static Path folder;

  private static TestRepository repository;
  private static int tried;
  private Path where;
  private SignedDevice device;

  /** Ways in which a file loses its content. */
  private enum Damage {
    EMPTY,
    HALF,
    GARBAGE,
    BIT,
    GONE;

    void inflict(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      file.toFile().setWritable(true);
      tried++;
      switch (this) {
        case EMPTY -> Files.write(file, new byte[0]);
        case HALF -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        case GARBAGE -> {
          Arrays.fill(bytes, (byte) 0xa5);
          Files.write(file, bytes);
        }
        case BIT -> {
          bytes[bytes.length / 2] ^= 1;
          Files.write(file, bytes);
        }
        case GONE -> Files.delete(file);
      }
    }
  }

  @BeforeAll
  static void prepare() throws IOException {
    repository = SignedDevice.publish(folder.resolve("publisher"));
    SignedDevice.template(folder.resolve("template"), repository);
    SignedDevice.copy(folder.resolve("template"), folder.resolve("staged"));
    try (SignedDevice staged =
        new SignedDevice(folder.resolve("staged"), repository, new DiskFaults(0))) {
      staged.start();
      assertThat(staged.stage("waiting", SignedDevice.NEW)).isEqualTo("STAGED");
    }
  }

  @AfterAll
  static void close() {
    repository.close();
    ReliabilityFigures.tell("`CorruptFilesTest`", tried, tried);
  }

  @BeforeEach
  void name(TestInfo test) {
    where = folder.resolve(test.getTestMethod().orElseThrow().getName());
  }

  @AfterEach
  void off() throws IOException {
    if (device != null) {
      device.close();
    }
  }

  /** A fresh copy of a device that is off. */
  private void fresh(String template) throws IOException {
    if (device != null) {
      device.close();
      device.remove();
    }
    SignedDevice.copy(folder.resolve(template), where);
    device = new SignedDevice(where, repository, new DiskFaults(0));
  }

  /** A process that ended at a point of an install. */
  private void brokenOff(String point) throws Exception {
    fresh("staged");
    SimulatedCrash crash = SimulatedCrash.at(point);
    device.device.faults = crash;
    device.start();
    device.device.install(BROKEN_OFF, SignedDevice.NEW);
    await().dontCatchUncaughtExceptions().atMost(PATIENCE).until(crash::happened);
    device.device.die();
    device.device.faults = FaultPoints.NONE;
  }

  private Path home(String path) {
    return where.resolve("root/backend").resolve(path);
  }

  private void endsAtNew(String job) throws IOException {
    assertThat(device.update(job, SignedDevice.NEW)).isEqualTo("COMMITTED");
    device.device.assertRuns(SignedDevice.NEW);
    assertThat(device.consistent()).isEqualTo(SignedDevice.NEW);
  }

  @Test
  @Tag("R76")
  @Tag("R78")
  void stagedSlot_anyFileDamaged_isRefusedThenStagedAgain() throws IOException {
    for (String file : List.of("run.sh", "VERSION", "lib/common.txt", "large.bin")) {
      for (Damage damage : Damage.values()) {
        fresh("staged");
        damage.inflict(home("releases/1.1.0").resolve(file));
        device.start();
        assertThat(device.device.installAndWait("direct", SignedDevice.NEW).outcome().name())
            .as(file + " " + damage)
            .isEqualTo("REFUSED");
        endsAtNew("again");
      }
    }
  }

  @Test
  @Tag("R76")
  void stagedSlot_itsManifestOrDescriptionDamaged_isStagedAgain() throws IOException {
    for (String file : List.of("manifests/1.1.0.json", "descriptions/1.1.0.json")) {
      for (Damage damage : Damage.values()) {
        fresh("staged");
        damage.inflict(home(file));
        device.start();
        endsAtNew("again");
      }
    }
  }

  @Test
  @Tag("R18")
  @Tag("R76")
  void activeSlot_itsProgramCutOrGone_isNotRunAndCanBeReplaced() throws IOException {
    for (Damage damage : List.of(Damage.EMPTY, Damage.HALF, Damage.GONE)) {
      fresh("template");
      damage.inflict(home("releases/1.0.0/run.sh"));
      device.start();
      assertThat(device.device.runners()).as(damage.name()).isEmpty();
      endsAtNew("replace");
    }
  }

  @Test
  @Tag("R18")
  void activeSlot_itsVersionFileDamaged_anotherReleaseIsInstalledAllTheSame() throws IOException {
    for (Damage damage : Damage.values()) {
      fresh("template");
      damage.inflict(home("releases/1.0.0/VERSION"));
      device.start();
      endsAtNew("replace");
    }
  }

  @Test
  @Tag("R75")
  @Tag("R152")
  void trustedMetadata_anyFileDamaged_isFetchedAndVerifiedAnew() throws IOException {
    Path tuf = folder.resolve("template/state/tuf");
    List<Path> files;
    try (Stream<Path> found = Files.walk(tuf)) {
      files = found.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
    }
    assertThat(files)
        .extracting(file -> file.getFileName().toString())
        .contains("root.json", "timestamp.json", "snapshot.json", "targets.json", "stable.json");
    for (Path file : files) {
      for (Damage damage : Damage.values()) {
        fresh("template");
        Path damaged = where.resolve(folder.resolve("template").relativize(file));
        damage.inflict(damaged);
        device.start();
        assertThat(device.stage("job", SignedDevice.NEW))
            .as("%s %s", damage, file)
            .isEqualTo("STAGED");
        boolean kept = damaged.getParent().equals(where.resolve("state/tuf/updates"));
        if (kept && !damaged.endsWith("root.json")) {
          // The root has a second copy in its history, which is trusted where the first is not.
          assertThat(damaged).as("repaired after %s", damage).hasSameBinaryContentAs(file);
        }
        assertThat(device.consistent()).isEqualTo(SignedDevice.OLD);
      }
    }
  }

  @Test
  void processNumber_damaged_componentIsStartedOnce() throws IOException {
    for (Damage damage : Damage.values()) {
      fresh("template");
      device.start();
      device.device.assertRuns(SignedDevice.OLD);
      device.device.stop(false);
      damage.inflict(where.resolve("state/run/backend.pid"));
      device.start();
      device.device.assertRuns(SignedDevice.OLD);
    }
  }

  @Test
  @Tag("R135")
  void links_dangleOrAreGone_nothingIsRunAndTheNextInstallRepairsThem() throws IOException {
    for (String target : List.of("releases/9.9.9", "")) {
      fresh("template");
      Files.delete(home("current"));
      tried++;
      if (!target.isEmpty()) {
        Files.createSymbolicLink(home("current"), Path.of(target));
      }
      device.start();
      assertThat(device.device.runners()).isEmpty();
      assertThat(device.update("repair", SignedDevice.NEW)).as(target).isEqualTo("COMMITTED");
      device.device.assertRuns(SignedDevice.NEW);
    }
  }

  @Test
  void link_leadsElsewhere_isReportedAndNothingIsRun() throws IOException {
    fresh("template");
    Files.delete(home("current"));
    Files.createSymbolicLink(home("current"), Path.of("../elsewhere"));
    tried++;
    device.start();
    assertThat(device.device.runners()).isEmpty();
    assertThat(device.update("job", SignedDevice.NEW))
        .isEqualTo("ERROR_CODE_CHECK_VERSION_MISSING");
  }

  @Test
  @Tag("R135")
  @Tag("R138")
  void journal_damagedWhileNothingWasGoingOn_isSetAsideAndTheDeviceGoesOn() throws IOException {
    for (Damage damage : Damage.values()) {
      fresh("template");
      damage.inflict(where.resolve("state/atomic.db"));
      device.start();
      device.device.assertRuns(SignedDevice.OLD);
      assertThat(device.device.engine.jobs())
          .as("history says how this version came to be known")
          .anyMatch(job -> job.to().toString().equals(SignedDevice.OLD));
      boolean kept = Files.exists(where.resolve("state/atomic.db.damaged-1"));
      if (damage != Damage.BIT) {
        // A bit may be in a place that means nothing; TurnedBitTest looks at what it means.
        assertThat(kept).isEqualTo(damage == Damage.HALF || damage == Damage.GARBAGE);
      }
      endsAtNew("next");
    }
  }

  @Test
  @Tag("R97")
  @Tag("R135")
  void note_damagedWhileAnInstallWasGoingOn_journalKnowsAndTheInstallGoesOn() throws Exception {
    for (Damage damage : Damage.values()) {
      brokenOff("APPLY.MIGRATE.before");
      damage.inflict(where.resolve(NOTE));
      device.start();
      assertThat(device.device.result(BROKEN_OFF).outcome().name())
          .as(damage.name())
          .isEqualTo("COMMITTED");
      device.device.assertRuns(SignedDevice.NEW);
      assertThat(device.consistent()).isEqualTo(SignedDevice.NEW);
      await().atMost(PATIENCE).until(() -> !Files.exists(where.resolve(NOTE)));
    }
  }

  @Test
  @Tag("R100")
  @Tag("R135")
  void note_damagedAndTheJournalIsLost_needsAPersonAndNothingIsRun() throws Exception {
    for (Damage damage : List.of(Damage.EMPTY, Damage.HALF, Damage.GARBAGE, Damage.BIT)) {
      brokenOff("APPLY.MIGRATE.before");
      for (String part : List.of("atomic.db", "atomic.db-wal", "atomic.db-shm")) {
        Files.deleteIfExists(where.resolve("state").resolve(part));
      }
      damage.inflict(where.resolve(NOTE));
      device.start();
      assertThat(device.device.reports.results)
          .as(damage.name())
          .extracting(result -> result.outcome().name())
          .containsExactly("REVERT_FAILED");
      assertThat(device.device.runners()).as(damage.name()).isEmpty();
    }
  }

  @Test
  @Tag("R91")
  @Tag("R100")
  void backupIndex_damaged_isNotPutBackAndWhatRunsStays() throws IOException {
    SignedDevice.updated(
        folder.resolve("template"), folder.resolve("updated"), repository, "written since");
    Path backup;
    try (Stream<Path> backups = Files.list(folder.resolve("updated/backups/backend"))) {
      backup = backups.filter(one -> one.toString().contains("_1.0.0_")).findFirst().orElseThrow();
    }
    for (Damage damage : Damage.values()) {
      fresh("updated");
      Path index = where.resolve(folder.resolve("updated").relativize(backup)).resolve("INDEX");
      damage.inflict(index);
      device.start();
      device.askBack("back");
      assertThat(device.device.result("back").error().code())
          .as(damage.name())
          .isEqualTo(ErrorCode.ERROR_CODE_BACKUP_UNUSABLE);
      device.device.assertRuns(SignedDevice.NEW);
      assertThat(device.consistent("written since")).isEqualTo(SignedDevice.NEW);
    }
  }

  @Test
  @Tag("R100")
  @Tag("R135")
  void journal_damagedWhileAnInstallWasGoingOn_needsAPersonAndNothingIsRun() throws Exception {
    for (Damage damage : Set.of(Damage.EMPTY, Damage.GARBAGE, Damage.GONE)) {
      brokenOff("APPLY.MIGRATE.before");
      for (String part : List.of("atomic.db-wal", "atomic.db-shm")) {
        Files.deleteIfExists(where.resolve("state").resolve(part));
      }
      damage.inflict(where.resolve("state/atomic.db"));
      device.start();
      assertThat(device.device.reports.results)
          .anySatisfy(
              result -> {
                assertThat(result.outcome().name()).isEqualTo("REVERT_FAILED");
                assertThat(result.error()).hasMessageContaining(BROKEN_OFF);
              });
      assertThat(device.device.runners()).as(damage.name()).isEmpty();
      assertThat(device.update("by a person", SignedDevice.OLD)).isEqualTo("COMMITTED");
    }
  }
}
