package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.atomicupdates.slots.SlotDirectory;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.ComponentSettings.BackupHooks;
import dev.lockstep.testkit.ReliabilityFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * The process ends at every single fault point and journal write of an install, a failing install
 * and a revert, and again while it recovers. Afterwards the component runs the old or the new
 * version, complete, with its data, and nothing is left over.
 */
class CrashTest {
  private static final String MIGRATE = "#!/bin/sh\ncp VERSION ../../data/format\n";
  private static final long SEED = 20_261_121;
  private static final int MAX_RECOVERY_POINT = 30;
  private static Thread.UncaughtExceptionHandler before;

  @TempDir(factory = InMemory.class)
  Path folder;

  /**
   * A file system without disk where programs can be run on one: these crashes are no power cuts.
   */
  static final class InMemory implements TempDirFactory {
    private static final Path MEMORY = Path.of("/dev/shm");

    @Override
    public Path createTempDirectory(AnnotatedElementContext field, ExtensionContext extension)
        throws IOException {
      if (Files.isWritable(MEMORY)) {
        Path folder = Files.createTempDirectory(MEMORY, "lockstep");
        Path program = Files.writeString(folder.resolve("probe"), "#!/bin/sh\n");
        if (program.toFile().setExecutable(true) && program.toFile().canExecute()) {
          return folder;
        }
        FileTrees.delete(folder);
      }
      return Files.createTempDirectory("lockstep");
    }
  }

  @BeforeAll
  static void quiet() {
    org.awaitility.Awaitility.doNotCatchUncaughtExceptionsByDefault();
    before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          if (!(thrown instanceof SimulatedCrash.Crash)) {
            thrown.printStackTrace();
          }
        });
  }

  @AfterAll
  static void loud() {
    org.awaitility.Awaitility.reset();
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  /** What is done, and how it has to end whatever crashes come between. */
  private record Scenario(String program, boolean revert, String ends, Outcome outcome) {}

  @Test
  @Tag("R87")
  @Tag("R97")
  @Tag("R98")
  void goodInstall_crashAtEveryPoint_endsAtNewVersion() throws Exception {
    everyPoint(new Scenario(Releases.GOOD, false, "1.1.0", Outcome.COMMITTED));
  }

  @Test
  @Tag("R87")
  @Tag("R90")
  @Tag("R97")
  void failingInstall_crashAtEveryPoint_endsAtOldVersion() throws Exception {
    everyPoint(new Scenario(Releases.CRASHING, false, "1.0.0", Outcome.REVERTED));
  }

  @Test
  @Tag("R87")
  @Tag("R91")
  @Tag("R97")
  void revert_crashAtEveryPoint_endsAtPreviousVersion() throws Exception {
    everyPoint(new Scenario(Releases.GOOD, true, "1.0.0", Outcome.REVERTED));
  }

  private void everyPoint(Scenario scenario) throws Exception {
    Path template = template(scenario);
    SimulatedCrash list = SimulatedCrash.never();
    run(scenario, template, folder.resolve("list"), List.of(list));
    assertThat(list.points)
        .contains("APPLY.QUIESCE.before", "backup.hook.before.ended", "APPLY.VERIFY.after");
    AtomicInteger crashes = new AtomicInteger();
    EachPlace.of(
        list.points.size(),
        1,
        point -> {
          Random random = new Random(SEED + point);
          List<SimulatedCrash> planned = new ArrayList<>();
          planned.add(SimulatedCrash.at(point));
          for (int again = 0; again < point % 4; again++) {
            planned.add(SimulatedCrash.at(1 + random.nextInt(MAX_RECOVERY_POINT)));
          }
          run(scenario, template, folder.resolve("point-" + point), planned);
          crashes.addAndGet((int) planned.stream().filter(SimulatedCrash::happened).count());
          return true;
        });
    String end = scenario.outcome() + (scenario.revert() ? " as asked for" : "");
    ReliabilityFigures.tell("`CrashTest` " + end, list.points.size(), crashes.get());
  }

  /** 1.0.0, or 1.1.0 after 1.0.0, installed and stopped. */
  private Path template(Scenario scenario) throws Exception {
    Path template = folder.resolve("template");
    try (TestDevice device = device(template, Releases.GOOD)) {
      device.start();
      install(device, "1.0.0");
      Files.writeString(device.data("precious"), "of 1.0.0");
      if (scenario.revert()) {
        install(device, "1.1.0");
        Files.writeString(device.data("precious"), "of 1.1.0");
      }
    }
    return template;
  }

  private static void install(TestDevice device, String version) throws IOException {
    Releases.stage(device.home(), TestDevice.ID, version, Releases.GOOD, MIGRATE);
    assertThat(device.installAndWait("before-" + version, version).outcome())
        .isEqualTo(Outcome.COMMITTED);
    device.assertRuns(version);
  }

  private static TestDevice device(Path where, String program) {
    TestDevice device = new TestDevice(where);
    device.migrate = List.of("./migrate.sh");
    // The first fails where the second was not made up for after a crash between the two.
    device.hooks =
        new BackupHooks(
            List.of("mkdir", "${root}/frozen"),
            TestDevice.LONG,
            List.of("rm", "-rf", "${root}/frozen"),
            TestDevice.LONG,
            false);
    device.healthInterval = Duration.ofMillis(10);
    device.healthWindow = Duration.ZERO;
    device.stager =
        (request, listener) -> {
          try {
            Releases.stage(
                device.home(), request.component(), request.version().toString(), program, MIGRATE);
            return new Stager.Staged(
                Releases.description(request.component(), request.version().toString()), 100);
          } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
          }
        };
    return device;
  }

  private void run(Scenario scenario, Path template, Path where, List<SimulatedCrash> crashes)
      throws Exception {
    copy(template, where);
    try (InMemoryBroker broker = InMemoryBroker.threaded();
        TestDevice device = device(where, scenario.program())) {
      device.broker = broker;
      StringBuilder story = new StringBuilder();
      for (SimulatedCrash crash : crashes) {
        device.faults = crash;
        ask(scenario, device, Optional.of(crash));
        device.die();
        story.append(crash.happened() ? crash.where() : "no crash").append(" -> ");
      }
      device.faults = FaultPoints.NONE;
      device.reports = new RecordingReports();
      try {
        ask(scenario, device, Optional.empty());
        check(scenario, device);
        DeviceOnBus.atRest(broker, scenario.ends());
      } catch (AssertionError | RuntimeException wrong) {
        throw new AssertionError("after " + story + where.getFileName(), wrong);
      }
    }
    FileTrees.delete(where);
  }

  /** As the coordinator does: it repeats the order with the same ids until it hears of its end. */
  private static void ask(Scenario scenario, TestDevice device, Optional<SimulatedCrash> crash) {
    try {
      device.start();
    } catch (SimulatedCrash.Crash | IllegalStateException died) {
      assertThat(crash).isPresent();
      return;
    }
    if (scenario.revert()) {
      device.engine.revert("job", TestDevice.ID, v("1.0.0"), "tester");
    } else {
      device.engine.stage("job", TestDevice.ID, v("1.1.0"), "stable/backend/x.manifest.json");
      until(crash, () -> !device.reports.staged.isEmpty());
      device.install("job", "1.1.0");
    }
    until(crash, () -> !device.reports.results.isEmpty());
    if (crash.filter(planned -> !planned.happened()).isPresent()) {
      // Tidying up comes after the end; let the crash come there too.
      await().pollDelay(Duration.ofMillis(150)).atMost(TestDevice.LONG).until(() -> true);
    }
  }

  private static void until(
      Optional<SimulatedCrash> crash, java.util.concurrent.Callable<Boolean> done) {
    await()
        .atMost(TestDevice.LONG)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> done.call() || crash.filter(SimulatedCrash::happened).isPresent());
  }

  private static void check(Scenario scenario, TestDevice device) throws IOException {
    assertThat(device.reports.results.get(0).outcome()).isEqualTo(scenario.outcome());
    assertThat(device.reports.results.get(0).error() == null)
        .isEqualTo(scenario.outcome() == Outcome.COMMITTED || scenario.revert());
    device.assertRuns(scenario.ends());
    assertThat(device.data("precious")).hasContent("of 1.0.0");
    assertThat(device.data("format")).hasContent(scenario.ends());
    assertThat(device.home().resolve("frozen")).doesNotExist();
    SlotDirectory slots = new SlotDirectory(device.home(), Optional.empty(), FaultPoints.NONE);
    assertThat(slots.differences(v(scenario.ends()))).isEmpty();
    assertThat(device.engine.jobs()).allMatch(job -> job.finished());
    assertThat(device.engine.components().get(0).active()).isEqualTo(v(scenario.ends()));
    await().atMost(TestDevice.LONG).untilAsserted(() -> assertThat(leftovers(device)).isEmpty());
  }

  private static List<Path> leftovers(TestDevice device) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path top : List.of(device.root, device.backups, device.state.resolve("run"))) {
      if (Files.exists(top)) {
        try (Stream<Path> files = Files.walk(top)) {
          files
              .filter(
                  file ->
                      file.getFileName().toString().startsWith(".")
                          || file.getFileName().toString().endsWith(".next"))
              .forEach(found::add);
        }
      }
    }
    return found;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      }
    }
  }
}
