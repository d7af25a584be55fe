package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.testkit.ReliabilityFigures;
import dev.lockstep.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
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
  void trustedMetadata_anyFileDamaged_isFetchedAgainOrRefusedWithACode() throws IOException {
    TreeMap<String, Integer> ends = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> found = Files.walk(folder.resolve("template/state/tuf"))) {
      files = found.filter(Files::isRegularFile).filter(file -> !file.endsWith("lock")).toList();
    }
    for (Path file : files) {
      for (Damage damage : Damage.values()) {
        fresh("template");
        damage.inflict(where.resolve(folder.resolve("template").relativize(file)));
        device.start();
        ends.merge(device.update("job", SignedDevice.NEW), 1, Integer::sum);
        device.consistent();
      }
    }
    System.out.printf("damaged TUF metadata: %d files, ends: %s%n", files.size(), ends);
    assertThat(ends).containsKey("COMMITTED");
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
  @Tag("R100")
  @Tag("R135")
  void journal_damagedWhileAnInstallWasGoingOn_needsAPersonAndNothingIsRun()
      throws IOException, InterruptedException {
    for (Damage damage : Set.of(Damage.EMPTY, Damage.GARBAGE, Damage.GONE)) {
      fresh("staged");
      SimulatedCrash crash = SimulatedCrash.at(1_000_000);
      AtomicBoolean dead = new AtomicBoolean();
      device.device.faults =
          point -> {
            // A process that has ended does nothing more, neither of the install nor of its revert.
            if (dead.get() || point.equals("APPLY.MIGRATE.before")) {
              dead.set(true);
              throw new SimulatedCrash.Crash(point);
            }
            crash.reached(point);
          };
      device.start();
      device.device.install("broken-off", SignedDevice.NEW);
      await().dontCatchUncaughtExceptions().atMost(PATIENCE).until(dead::get);
      device.device.die();
      for (String part : List.of("atomic.db-wal", "atomic.db-shm")) {
        Files.deleteIfExists(where.resolve("state").resolve(part));
      }
      damage.inflict(where.resolve("state/atomic.db"));
      device.device.faults = dev.lockstep.atomicupdates.port.FaultPoints.NONE;
      device.start();
      assertThat(device.device.reports.results)
          .anySatisfy(
              result -> {
                assertThat(result.outcome().name()).isEqualTo("REVERT_FAILED");
                assertThat(result.error()).hasMessageContaining("broken-off");
              });
      assertThat(device.device.runners()).as(damage.name()).isEmpty();
      assertThat(device.update("by a person", SignedDevice.OLD)).isEqualTo("COMMITTED");
    }
  }
}
