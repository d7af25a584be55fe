package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.port.Forecast;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.testkit.TestRepository;
import dev.lockstep.testkit.disk.DiskChange;
import dev.lockstep.testkit.disk.DiskWatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a dry run says on one device, with a real repository, journal and disk; and that every file
 * is byte for byte what it was, the journal's three among them.
 */
@Tag("R121")
class DryRunTest {
  private static final String HERE = "backend";
  @TempDir static Path folder;
  private static TestRepository repository;
  private Path where;
  private SignedDevice device;
  private final Changes disk = new Changes();

  /** What is asked of the disk. */
  private static final class Changes implements DiskWatch {
    private final List<String> asked = new CopyOnWriteArrayList<>();

    @Override
    public void before(DiskChange change) {
      if (change.kind() != DiskChange.Kind.READ) {
        asked.add(change.toString());
      }
    }

    @Override
    public void after(DiskChange change) {
      // Asking is enough.
    }
  }

  @BeforeAll
  static void prepare() throws IOException {
    repository = SignedDevice.publish(folder.resolve("publisher"));
    SignedDevice.template(folder.resolve("template"), repository);
  }

  @AfterAll
  static void close() {
    repository.close();
  }

  @AfterEach
  void off() {
    device.close();
  }

  private void start(TestInfo test, boolean installed) throws IOException {
    where = folder.resolve(test.getTestMethod().orElseThrow().getName());
    if (installed) {
      SignedDevice.copy(folder.resolve("template"), where);
    } else {
      Files.createDirectories(where);
    }
    device = new SignedDevice(where, repository, disk).start();
    if (installed) {
      device.device.assertRuns(SignedDevice.OLD);
    }
  }

  private InstallResult ask(String version) {
    String job = "dry-" + version + "-" + device.device.reports.results.size();
    device.device.engine.install(
        new InstallOrder(job, HERE, ReleaseVersion.parse(version), true, "anna"));
    return device.device.result(job);
  }

  private InstallResult askWithoutATrace(String version) throws IOException {
    Map<String, String> before = files();
    disk.asked.clear();
    InstallResult answer = ask(version);
    assertThat(disk.asked).as("changes asked of the disk").isEmpty();
    Map<String, String> after = files();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    assertThat(after.keySet())
        .filteredOn(name -> !after.get(name).equals(before.get(name)))
        .as("changed by being asked")
        .isEmpty();
    return answer;
  }

  /** Every file, link and folder with its content and time. */
  private Map<String, String> files() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(where)) {
      for (Path path : walk.toList()) {
        String name = where.relativize(path).toString();
        if (Files.isSymbolicLink(path)) {
          found.put(name, Files.readSymbolicLink(path).toString());
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          found.put(name, Arrays.hashCode(Files.readAllBytes(path)) + " of " + Files.size(path));
        } else {
          found.put(name, "folder of " + Files.getLastModifiedTime(path));
        }
      }
    }
    // What a running component writes is its own.
    found.keySet().removeIf(name -> name.startsWith("state/logs") || name.contains("/data"));
    assertThat(found).containsKeys("state/atomic.db", "state/atomic.db-wal", "state/atomic.db-shm");
    return found;
  }

  @Test
  void notStaged_saysStepsSizesAndDowntime_andLeavesNoTrace(TestInfo test) throws IOException {
    start(test, true);

    InstallResult answer = askWithoutATrace(SignedDevice.NEW);

    assertThat(answer.outcome()).isEqualTo(Outcome.DRY_RUN);
    Forecast forecast = answer.forecast();
    assertThat(forecast.download().staged()).isFalse();
    assertThat(forecast.download().bytes()).isBetween(100_000L, 200_000L);
    assertThat(forecast.download().archiveBytes()).isEqualTo(forecast.download().bytes());
    assertThat(forecast.download().diskBytes()).isGreaterThan(100_000);
    assertThat(forecast.download().diskFree()).isPositive();
    assertThat(forecast.backupBytes()).isPositive();
    assertThat(forecast.restarts()).containsExactly(HERE);
    assertThat(String.join("\n", answer.plan()))
        .containsSubsequence(
            "download and verify 1",
            "unpack ",
            "whether it may start",
            "announce the restart of backend",
            "stop backend 1.0.0",
            "back up data (",
            "switch ",
            "migrate the data by ./migrate.sh",
            "start backend 1.1.0",
            "verify by ",
            "commit, or revert to 1.0.0",
            "expected downtime: ");
    // It says so again, and the install does what it said.
    assertThat(askWithoutATrace(SignedDevice.NEW).plan()).isEqualTo(answer.plan());
    assertThat(device.update("real", SignedDevice.NEW)).isEqualTo("COMMITTED");
  }

  @Test
  void staged_downloadsNothing(TestInfo test) throws IOException {
    start(test, true);
    assertThat(device.stage("waiting", SignedDevice.NEW)).isEqualTo("STAGED");

    InstallResult answer = askWithoutATrace(SignedDevice.NEW);

    assertThat(answer.forecast().download()).isEqualTo(Forecast.Download.none());
    assertThat(answer.plan().get(0)).startsWith("download nothing: 1.1.0 is staged here");
    assertThat(answer.forecast().expectedDowntime()).isEqualTo(RevertPlan.lastDowntime(List.of()));
  }

  @Test
  void partOfItIsHere_saysWhatIsMissing(TestInfo test) throws IOException {
    start(test, true);
    long whole = ask(SignedDevice.NEW).forecast().download().bytes();
    Path downloads = Files.createDirectories(where.resolve("state/downloads"));
    Files.write(downloads.resolve(hashOf(SignedDevice.NEW) + ".part"), new byte[1000]);

    Forecast.Download download = askWithoutATrace(SignedDevice.NEW).forecast().download();

    assertThat(download.bytes()).isEqualTo(whole - 1000);
    assertThat(download.archiveBytes()).isEqualTo(whole);
  }

  @Test
  void firstInstall_noMetadataYet_leavesNoTrace(TestInfo test) throws IOException {
    start(test, false);

    InstallResult answer = askWithoutATrace(SignedDevice.OLD);

    assertThat(answer.plan())
        .contains("make no backup", "commit, or revert to nothing installed")
        .noneMatch(line -> line.startsWith("stop "));
    assertThat(where.resolve("state/tuf/updates")).doesNotExist();
  }

  @Test
  void wouldBeRefused_saysWhy(TestInfo test) throws IOException {
    start(test, true);

    assertThat(askWithoutATrace("7.7.7").error().code())
        .isEqualTo(ErrorCode.ERROR_CODE_TRUST_UNKNOWN_TARGET);
    assertThat(askWithoutATrace(SignedDevice.OLD).plan())
        .containsExactly("nothing to do: 1.0.0 is installed");

    Files.writeString(where.resolve("backups"), "no folder");
    assertThat(askWithoutATrace(SignedDevice.NEW).error())
        .hasMessageContaining("no backup could be made");
    Files.delete(where.resolve("backups"));

    repository.down();
    try {
      assertThat(askWithoutATrace(SignedDevice.NEW).plan().get(0))
          .contains("cannot be said here: the source does not answer now");
    } finally {
      repository.up();
    }
  }

  /** The hash is the beginning of its name in the repository. */
  private static String hashOf(String archive) throws IOException {
    try (Stream<Path> walk = Files.walk(folder.resolve("publisher"))) {
      return walk.map(path -> path.getFileName().toString())
          .filter(name -> name.matches("[0-9a-f]{64}\\.backend-" + archive + "[^/]*\\.tar\\..*"))
          .findFirst()
          .orElseThrow()
          .substring(0, 64);
    }
  }
}
