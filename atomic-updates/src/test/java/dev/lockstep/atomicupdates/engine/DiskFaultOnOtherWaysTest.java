package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.testkit.ReliabilityFigures;
import dev.lockstep.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changes of the disk are refused once as in {@link DiskFaultTest}, where an update goes back, a
 * person asks for the version before with its data, nothing was installed before, and where a start
 * goes on with what a crash broke off. What cannot be brought to an end is told, runs on no half
 * data, and is mended by the next start.
 *
 * <p>Which change a number names depends on what other threads changed before it, so what is
 * asserted holds for every change, and not which ends were seen.
 */
class DiskFaultOnOtherWaysTest {
  private static final String JOB = "job";
  private static final String LATER = "written by 1.1.0";

  @TempDir(factory = CrashTest.InMemory.class)
  static Path folder;

  private static TestRepository repository;
  private final Map<String, Integer> ends = new ConcurrentSkipListMap<>();

  /** What is done with which device. */
  private enum Way {
    SICK_UPDATE("staged", SignedDevice.OLD, SignedDevice.SICK),
    REVERT_WITH_DATA("updated", SignedDevice.NEW, SignedDevice.OLD),
    FRESH_INSTALL("empty", null, SignedDevice.OLD),
    GOOD_UPDATE("staged", SignedDevice.OLD, SignedDevice.NEW);

    final String template;
    final String from;
    final String to;

    Way(String template, String from, String to) {
      this.template = template;
      this.from = from;
      this.to = to;
    }

    void ask(SignedDevice device) {
      if (this == REVERT_WITH_DATA) {
        device.askBack(JOB);
      } else {
        device.device.install(JOB, to);
      }
    }
  }

  @BeforeAll
  static void prepare() throws IOException {
    repository = SignedDevice.publish(folder.resolve("publisher"));
    Path template = folder.resolve("template");
    SignedDevice.template(template, repository);
    Path staged = SignedDevice.copy(template, folder.resolve("staged"));
    SignedDevice.staged(staged, repository, SignedDevice.NEW);
    SignedDevice.staged(staged, repository, SignedDevice.SICK);
    Path empty = Files.createDirectory(folder.resolve("empty"));
    SignedDevice.staged(empty, repository, SignedDevice.OLD);
    SignedDevice.updated(template, folder.resolve("updated"), repository, LATER);
  }

  private static SignedDevice device(Path where, DiskFaults faults) {
    return new SignedDevice(where, repository, faults);
  }

  @AfterAll
  static void close() {
    repository.close();
  }

  @Test
  @Tag("R81")
  @Tag("R87")
  @Tag("R90")
  @Tag("R93")
  @Tag("R100")
  void sickUpdate_changesOfTheDiskAreRefused_goesBackWholeAtTheLatestAtTheNextStart()
      throws Exception {
    each(Way.SICK_UPDATE, folder.resolve("staged"), 4);
    assertThat(ends.keySet()).allMatch(end -> end.endsWith(" with an error"));
  }

  @Test
  @Tag("R87")
  @Tag("R91")
  @Tag("R100")
  void revertWithData_changesOfTheDiskAreRefused_eitherVersionWithItsOwnData() throws Exception {
    each(Way.REVERT_WITH_DATA, folder.resolve("updated"), 4);
    assertThat(ends).doesNotContainKey("COMMITTED");
  }

  @Test
  @Tag("R87")
  @Tag("R176")
  void freshInstall_changesOfTheDiskAreRefused_nothingOrAllIsThere() throws Exception {
    each(Way.FRESH_INSTALL, folder.resolve("empty"), 2);
    assertThat(ends).doesNotContainKey("REVERTED");
  }

  @Test
  @Tag("R87")
  @Tag("R97")
  @Tag("R100")
  void start_goesOnWithABrokenOffUpdateAndChangesAreRefused_endsWhole() throws Exception {
    int places = 0;
    int tried = 0;
    Map<Way, String> points = new EnumMap<>(Way.class);
    points.put(Way.GOOD_UPDATE, "APPLY.MIGRATE.before");
    points.put(Way.SICK_UPDATE, "restore.set-aside");
    points.put(Way.REVERT_WITH_DATA, "restore.copied");
    for (Map.Entry<Way, String> point : points.entrySet()) {
      Path broken = brokenOff(point.getKey(), point.getValue());
      int changes = changes(point.getKey(), broken, true);
      places += changes;
      tried += every(point.getKey(), broken, true, changes, 4);
    }
    assertThat(tried).as("%s", ends).isPositive();
    ReliabilityFigures.tell("`DiskFaultOnOtherWaysTest` start", places, tried);
  }

  private Path brokenOff(Way way, String point) throws Exception {
    Path where = SignedDevice.copy(folder.resolve(way.template), folder.resolve("broken-" + way));
    SimulatedCrash crash = SimulatedCrash.at(point);
    try (SignedDevice device = device(where, new DiskFaults(0))) {
      device.device.faults = crash;
      device.start();
      way.ask(device);
      await()
          .dontCatchUncaughtExceptions()
          .atMost(TestDevice.LONG)
          .untilAsserted(
              () -> assertThat(crash.happened()).as("%s", device.device.reports.results).isTrue());
      device.device.die();
      assertThat(device.device.runners()).isEmpty();
    }
    return where;
  }

  private void each(Way way, Path template, int stride) throws Exception {
    int changes = changes(way, template, false);
    int tried = every(way, template, false, changes, stride);
    assertThat(tried).as("%s", ends).isPositive();
    ReliabilityFigures.tell("`DiskFaultOnOtherWaysTest` " + way, changes, tried);
  }

  /** How many there are from the order, or from the start, to the end. */
  private static int changes(Way way, Path template, boolean fromStart) throws IOException {
    Path where = SignedDevice.copy(template, folder.resolve("count"));
    DiskFaults none = new DiskFaults(0);
    try (SignedDevice device = device(where, none).start()) {
      if (!fromStart) {
        none.from(0);
        way.ask(device);
      }
      device.device.result(JOB);
      device.nothingIsLeft();
      return none.count();
    } finally {
      device(where, none).remove();
    }
  }

  private int every(Way way, Path template, boolean fromStart, int changes, int stride)
      throws InterruptedException {
    return EachPlace.of(changes, stride, change -> refuse(way, template, fromStart, change));
  }

  private boolean refuse(Way way, Path template, boolean fromStart, int change) throws IOException {
    DiskFaults faults = new DiskFaults(fromStart ? change : 0);
    Path where = SignedDevice.copy(template, folder.resolve(way + "-" + change));
    try (SignedDevice device = device(where, faults)) {
      if (fromStart) {
        startAgain(device);
      } else {
        device.start();
        faults.from(change);
        way.ask(device);
      }
      check(way, device, faults);
    } catch (AssertionError | RuntimeException failed) {
      throw new AssertionError(way + ": " + faults.refused + ": " + failed, failed);
    }
    device(where, faults).remove();
    return !faults.refused.isEmpty();
  }

  /** A journal that cannot be opened keeps the device from starting, and is reported. */
  private void startAgain(SignedDevice device) {
    try {
      device.start();
    } catch (AtomicUpdatesException notStarted) {
      assertThat(notStarted.code()).isEqualTo(ErrorCode.ERROR_CODE_JOURNAL);
      ends.merge("NOT_STARTED", 1, Integer::sum);
      device.start();
    }
  }

  private void check(Way way, SignedDevice device, DiskFaults faults) throws IOException {
    InstallResult result = device.device.result(JOB);
    faults.end();
    boolean asAsked = result.error() == null;
    ends.merge(result.outcome() + (asAsked ? "" : " with an error"), 1, Integer::sum);
    if (result.outcome() == Outcome.REVERT_FAILED) {
      assertThat(result.error()).hasMessageStartingWith("cannot ");
      assertThat(device.device.runners())
          .as("nothing runs where it is not known on what")
          .isEmpty();
    } else {
      holds(way, device, asAsked ? way.to : way.from);
    }
    device.device.stop(false);
    device.start();
    holds(way, device, asAsked ? way.to : way.from);
    device.nothingIsLeft();
  }

  private static void holds(Way way, SignedDevice device, String version) throws IOException {
    if (version == null) {
      assertThat(device.device.home().resolve("current")).doesNotExist();
      assertThat(device.device.runners()).isEmpty();
      return;
    }
    device.device.assertRuns(version);
    boolean later = way == Way.REVERT_WITH_DATA && version.equals(SignedDevice.NEW);
    if (way != Way.FRESH_INSTALL) {
      assertThat(device.consistent(later ? LATER : "kept")).isEqualTo(version);
    }
  }
}
