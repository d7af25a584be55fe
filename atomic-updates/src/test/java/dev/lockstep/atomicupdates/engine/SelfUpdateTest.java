package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.testkit.ReliabilityFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Lockstep replaces itself: the real launcher, a real process per release, real files. The test is
 * what starts the launcher again when it was killed, as systemd does.
 */
class SelfUpdateTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path LAUNCHER = Path.of("../bin/lockstep-launcher").toAbsolutePath();
  private static final String NOWHERE = "-";

  @TempDir static Path shared;
  private static WarmJava warmed;

  @TempDir(factory = CrashTest.InMemory.class)
  Path folder;

  private Path home;
  private Process launcher;
  private long backend;
  private int minor;

  @BeforeAll
  static void warmUp() throws Exception {
    Path device = Files.createDirectory(shared.resolve("device"));
    Files.createFile(device.resolve("end-at-once"));
    warmed = WarmJava.of(shared, OwnProcess.class.getName(), device.toString());
  }

  @BeforeEach
  void firstRelease() throws Exception {
    home = folder.resolve("root").resolve(OwnProcess.ID);
    TestDevice device = new TestDevice(folder);
    device.start();
    device.installed("1.0.0");
    device.assertRuns("1.0.0");
    backend = device.runners().get(0);
    device.stop(false);
    stage("1.0.0", program(), Map.of());
    Files.createSymbolicLink(home.resolve("current"), Path.of("releases/1.0.0"));
    startLauncher();
    await().atMost(PATIENCE).until(() -> Files.exists(folder.resolve("state/launcher/confirmed")));
  }

  @AfterEach
  void stop() throws Exception {
    ProcessHandle started = launcher.toHandle();
    List<ProcessHandle> all = new ArrayList<>(started.descendants().toList());
    launcher.destroy();
    if (!launcher.waitFor(20, TimeUnit.SECONDS)) {
      launcher.destroyForcibly();
    }
    all.forEach(ProcessHandle::destroyForcibly);
    new TestDevice(folder).close();
  }

  @Test
  @Tag("R175")
  @Tag("R97")
  @Tag("R87")
  void install_ofLockstepItself_killedAtEveryPoint_isCommittedAllTheSame() throws Exception {
    Set<String> points = new LinkedHashSet<>();
    assertThat(update(NOWHERE, "")).startsWith("COMMITTED");
    String last = "";
    for (String point : Files.readAllLines(folder.resolve("points"))) {
      // Between the end of one thing and the beginning of the next nothing happens.
      if (!(last.endsWith(".after") && point.endsWith(".before"))) {
        points.add(point);
      }
      last = point;
    }
    assertThat(points)
        .contains(
            "link.current.switched",
            "own.restart",
            "launcher.confirm.written",
            "journal.install.COMMITTED.after");

    // Nothing was active before the first one.
    points.remove("link.previous.removed");
    for (String point : points) {
      String with = minor % 2 == 0 ? "alone" : "launcher";
      assertThat(update(point, with)).as("killed at %s, %s", point, with).startsWith("COMMITTED");
    }
    ReliabilityFigures.tell("`SelfUpdateTest`", points.size(), points.size());
  }

  @Test
  @Tag("R175")
  @Tag("R92")
  void install_ofLockstepItself_thatDoesNotStart_comesBackAfterThreeStarts() throws Exception {
    stage("2.0.0", "#!/bin/sh\nexec java -jar lib/broken.jar\n", Map.of());

    String end = order("broken", "2.0.0", NOWHERE, "");

    assertThat(end)
        .startsWith("REVERTED ERROR_CODE_START_FAILED")
        .contains("3 starts of 2.0.0 failed")
        .contains("went back to 1.0.0");
    assertThat(count(Files.readString(folder.resolve("launcher.log")), "2.0.0 ended with exit"))
        .isEqualTo(3);
    assertSettled("1.0.0", null);
    assertThat(folder.resolve("state/launcher/fallback")).doesNotExist();
  }

  @Test
  @Tag("R175")
  @Tag("R92")
  void install_ofLockstepItself_thatIsNotHealthy_isReverted() throws Exception {
    stage("2.0.0", program(), Map.of("sick", "yes"));

    assertThat(order("sick", "2.0.0", NOWHERE, "")).startsWith("REVERTED ERROR_CODE_HEALTH_FAILED");

    assertSettled("1.0.0", null);
  }

  @Test
  @Tag("R175")
  void committedRelease_thatStopsStarting_isLeftByTheLauncher_andHistorySaysSo() throws Exception {
    assertThat(update(NOWHERE, "")).startsWith("COMMITTED");
    Files.writeString(home.resolve("releases/1.1.0/bin/lockstep"), "#!/bin/sh\nexit 9\n");
    ProcessHandle.of(lockstep()).get().destroyForcibly();

    String end = awaitTold("");

    assertThat(end)
        .startsWith("REVERTED ERROR_CODE_START_FAILED")
        .contains("the last one with exit 9");
    await()
        .atMost(PATIENCE)
        .until(() -> home.resolve("current").toRealPath().endsWith("releases/1.0.0"));
  }

  private String update(String point, String with) throws Exception {
    String before = "1." + minor + ".0";
    minor++;
    String version = "1." + minor + ".0";
    stage(version, program(), Map.of());
    String end = order("job-" + minor, version, point, with);
    if (!point.equals(NOWHERE)) {
      awaitKilled(point);
    }
    assertSettled(version, before);
    return end;
  }

  /** Some points come after the end was told. */
  private void awaitKilled(String point) {
    Path killed = folder.resolve("killed-job-" + minor);
    await("the kill at " + point)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              keepLauncher();
              return Files.exists(killed);
            });
  }

  private String order(String job, String version, String point, String with) throws Exception {
    Path next = folder.resolve("order.next");
    Files.writeString(
        next, "%s %s %s %s%n".formatted(job, version, point, with.isEmpty() ? "alone" : with));
    Files.move(next, folder.resolve("order"), StandardCopyOption.REPLACE_EXISTING);
    return awaitTold(job);
  }

  /** How a job ended: outcome and error; the launcher is kept running meanwhile. */
  private String awaitTold(String job) {
    List<String> found = new ArrayList<>();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              keepLauncher();
              Path told = folder.resolve("told");
              if (Files.exists(told)) {
                Files.readAllLines(told).stream()
                    .filter(line -> line.contains(" " + OwnProcess.ID + " "))
                    .filter(
                        line ->
                            job.isEmpty() ? !line.startsWith("job") : line.startsWith(job + " "))
                    .forEach(found::add);
              }
              return !found.isEmpty();
            });
    String line = found.get(0);
    return line.substring(line.indexOf(OwnProcess.ID) + OwnProcess.ID.length() + 1);
  }

  /** One process, of that version; complete; nothing is left over; the backend never noticed. */
  private void assertSettled(String version, String previous) throws Exception {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .untilAsserted(
            () -> {
              keepLauncher();
              assertThat(lockstep()).isPositive();
              assertThat(Files.readString(folder.resolve("state/launcher/confirmed")).strip())
                  .isEqualTo(version);
              assertThat(folder.resolve("state/launcher/starts")).doesNotExist();
            });
    assertThat(Files.readSymbolicLink(home.resolve("current")))
        .isEqualTo(Path.of("releases", version));
    if (previous != null) {
      assertThat(Files.readSymbolicLink(home.resolve("previous")))
          .isEqualTo(Path.of("releases", previous));
    }
    assertThat(Files.exists(home.resolve(".current.launcher"))).isFalse();
    assertThat(new TestDevice(folder).runners()).containsExactly(backend);
  }

  /** The number of the only process of Lockstep. */
  private long lockstep() {
    List<Long> running =
        ProcessHandle.allProcesses()
            .filter(
                process ->
                    process
                        .info()
                        .commandLine()
                        .filter(
                            line ->
                                line.contains(OwnProcess.class.getName())
                                    && line.contains(folder.toString()))
                        .isPresent())
            .map(ProcessHandle::pid)
            .toList();
    assertThat(running).hasSize(1);
    return running.get(0);
  }

  private void stage(String version, String program, Map<String, String> more) throws IOException {
    Map<String, String> files = new TreeMap<>(more);
    files.put("VERSION", version + "\n");
    files.put("bin/lockstep", program);
    Releases.stage(home, OwnProcess.ID, version, files, "bin");
  }

  private String program() {
    return "#!/bin/sh\nexec " + warmed.shell(OwnProcess.class.getName(), folder.toString()) + "\n";
  }

  private void keepLauncher() throws IOException {
    if (!launcher.isAlive()) {
      startLauncher();
    }
  }

  private void startLauncher() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                LAUNCHER.toString(), home.toString(), folder.resolve("state").toString(), "daemon")
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("launcher.log").toFile()));
    builder.environment().put("LOCKSTEP_START_PAUSE", "0");
    launcher = builder.start();
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
