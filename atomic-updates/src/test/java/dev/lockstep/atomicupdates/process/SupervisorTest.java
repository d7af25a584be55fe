package dev.lockstep.atomicupdates.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.port.ProcessControl.Life;
import dev.lockstep.atomicupdates.port.ProcessControl.Status;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.testkit.disk.DiskChange;
import dev.lockstep.testkit.disk.DiskWatch;
import dev.lockstep.testkit.disk.WatchedFileSystem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real children: how they are started, watched, taken over and stopped. */
class SupervisorTest {
  private static final String ID = "backend";
  private static final ReleaseVersion V1 = ReleaseVersion.parse("1.0.0");
  private static final ReleaseVersion V2 = ReleaseVersion.parse("2.0.0");
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final String PATIENT =
      "trap 'echo bye; exit 0' TERM\necho hello\nwhile :; do sleep 1 & wait $!; done\n";

  @TempDir Path folder;
  private Path home;
  private Supervisor supervisor;
  private List<String> command = List.of("./run.sh");
  private Map<String, String> environment = Map.of();
  private final NoRoomForAnotherLog disk = new NoRoomForAnotherLog();

  /** A disk that, where it is told to, does not take what is kept of a log. */
  private static final class NoRoomForAnotherLog implements DiskWatch {
    private volatile boolean full;
    private volatile int refused;

    @Override
    public void before(DiskChange change) throws IOException {
      if (full && change.path().endsWith(ID + ".log.1")) {
        refused++;
        throw new FileSystemException(change.path().toString(), null, "No space left on device");
      }
    }

    @Override
    public void after(DiskChange change) {
      // What is refused is refused before.
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    home = folder.resolve("root").resolve(ID);
    Files.createDirectories(home.resolve("releases/1.0.0"));
    Files.createSymbolicLink(home.resolve("current"), Path.of("releases/1.0.0"));
  }

  @AfterEach
  void stop() {
    if (supervisor != null) {
      supervisor.close(true);
    }
    assertThat(LivingProcesses.leaders(home)).isEmpty();
  }

  private void program(String script) throws IOException {
    Path file = home.resolve("releases/1.0.0/run.sh");
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Supervisor supervise(Duration stopTimeout) {
    ComponentSettings settings =
        new ComponentSettings(
            ID,
            ComponentSettings.Role.BACKEND,
            ComponentSettings.Announce.UPDATER,
            new ComponentSettings.ProcessSettings(
                ComponentSettings.Control.SUPERVISED, command, environment, stopTimeout),
            null,
            List.of(),
            List.of(),
            Duration.ZERO,
            Optional.empty());
    return new Supervisor(
        folder.resolve("root"),
        WatchedFileSystem.path(folder, disk).resolve("state"),
        Map.of(ID, settings),
        Clock.systemUTC());
  }

  private void awaitLine(String line) {
    await().atMost(LONG).until(() -> supervisor.lastLines(ID, 20).contains(line));
  }

  @Test
  @Tag("R101")
  void stop_childHandlesSigterm_endsGracefully() throws IOException {
    program(PATIENT);
    supervisor = supervise(Duration.ofSeconds(10));
    supervisor.start(ID, V1);
    awaitLine("hello");
    assertThat(supervisor.status(ID).life()).isEqualTo(Life.RUNNING);
    assertThat(Files.getPosixFilePermissions(folder.resolve("state/logs").resolve(ID + ".log")))
        .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    supervisor.stop(ID);

    assertThat(supervisor.lastLines(ID, 5)).contains("bye");
    assertThat(supervisor.status(ID)).isEqualTo(Status.STOPPED);
  }

  @Test
  @Tag("R81")
  void start_logIsLargeAndTheDiskFull_startedAndLookedAfterAllTheSame() throws IOException {
    program(PATIENT);
    Path logs = Files.createDirectories(folder.resolve("state/logs"));
    Files.write(logs.resolve(ID + ".log"), new byte[6 * 1024 * 1024]);
    disk.full = true;
    supervisor = supervise(Duration.ofSeconds(10));

    supervisor.start(ID, V1);

    awaitLine("hello");
    assertThat(disk.refused).isPositive();
    assertThat(supervisor.status(ID).life()).isEqualTo(Life.RUNNING);
    long first = supervisor.status(ID).pid();
    supervisor.close(false);
    // One that was taken over is only known to have ended by looking at it.
    supervisor = supervise(Duration.ofSeconds(10));
    supervisor.adopt();
    ProcessHandle.of(first).orElseThrow().destroyForcibly();
    await()
        .atMost(LONG)
        .until(
            () ->
                LivingProcesses.leaders(home).stream().anyMatch(process -> !process.equals(first)));

    disk.full = false;
    await().atMost(LONG).until(() -> Files.exists(logs.resolve(ID + ".log.1")));
    await().atMost(LONG).until(() -> Files.size(logs.resolve(ID + ".log")) < 1024 * 1024);
  }

  @Test
  void stop_childIgnoresSigterm_killedWithAllItStarted() throws IOException {
    program("trap '' TERM\n(trap '' TERM; sleep 300) &\necho hello\nwhile :; do sleep 1; done\n");
    supervisor = supervise(Duration.ofMillis(200));
    supervisor.start(ID, V1);
    awaitLine("hello");
    long leader = supervisor.status(ID).pid();
    assertThat(ProcessTable.session(leader)).hasSizeGreaterThanOrEqualTo(2);

    supervisor.stop(ID);

    assertThat(ProcessTable.session(leader)).isEmpty();
  }

  @Test
  void start_environment_isMinimalAndPlaceholdersAreReplaced() throws IOException {
    program("pwd\nenv\necho \"$1\"\necho done\n" + PATIENT);
    command = List.of("./run.sh", "${root}|${release}|${data}");
    environment = Map.of("DATA", "${data}/db");
    supervisor = supervise(Duration.ofSeconds(5));
    supervisor.start(ID, V1);
    awaitLine("done");

    List<String> lines = supervisor.lastLines(ID, 40);
    assertThat(lines)
        .contains(
            home.resolve("releases/1.0.0").toRealPath().toString(),
            "DATA=" + home + "/data/db",
            "LOCKSTEP_VERSION=1.0.0",
            home + "|" + home.resolve("current") + "|" + home.resolve("data"));
    assertThat(lines).noneMatch(line -> line.startsWith("MAVEN") || line.startsWith("JAVA_TOOL"));
  }

  @Test
  void crash_childEnds_startedAgainAndCounted() throws IOException {
    program("test -e ../../again && exec /bin/sh ../../good.sh\ntouch ../../again\nexit 3\n");
    Files.writeString(home.resolve("good.sh"), PATIENT);
    supervisor = supervise(Duration.ofSeconds(5));
    supervisor.start(ID, V1);

    await().atMost(LONG).until(() -> supervisor.status(ID).exits().count() == 1);
    assertThat(supervisor.status(ID).exits().last()).isEqualTo("exit code 3");
    await().atMost(LONG).until(() -> supervisor.status(ID).life() == Life.RUNNING);
    assertThat(supervisor.status(ID).exits().count()).isEqualTo(1);
  }

  @Test
  @Tag("R103")
  void crash_againAndAgain_isTriedAfterGrowingPausesEvenWhereItCannotBeStarted()
      throws IOException {
    program("exit 3\n");
    supervisor = supervise(Duration.ofSeconds(5));
    supervisor.start(ID, V1);
    await().atMost(LONG).until(() -> supervisor.status(ID).exits().count() == 1);
    // The folder that it is started in is gone.
    Files.delete(home.resolve("current"));
    await().atMost(LONG).until(() -> supervisor.status(ID).exits().row() == 2);
    assertThat(supervisor.status(ID).exits().last()).isEqualTo("cannot be started");
    assertThat(supervisor.status(ID).life()).isEqualTo(Life.CRASHED);

    program("echo start $LOCKSTEP_START\n" + PATIENT);
    Files.createSymbolicLink(home.resolve("current"), Path.of("releases/1.0.0"));
    await().atMost(LONG).until(() -> supervisor.status(ID).life() == Life.RUNNING);

    Status status = supervisor.status(ID);
    assertThat(status.exits().row()).isEqualTo(2);
    // A second after the first end, two seconds after the second.
    assertThat(status.exits().within()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    awaitLine("start " + status.run().id());
    supervisor.close(false);
    supervisor = supervise(Duration.ofSeconds(5));
    supervisor.adopt();
    assertThat(supervisor.status(ID).run()).isEqualTo(status.run());
  }

  @Test
  void start_anotherVersion_theFirstIsStoppedBefore() throws IOException {
    program(PATIENT);
    supervisor = supervise(Duration.ofSeconds(5));
    supervisor.start(ID, V1);
    awaitLine("hello");
    long first = supervisor.status(ID).pid();

    supervisor.start(ID, V2);

    assertThat(supervisor.status(ID).version()).isEqualTo(V2);
    assertThat(supervisor.status(ID).pid()).isNotEqualTo(first);
    assertThat(LivingProcesses.leaders(home)).hasSize(1);
  }

  @Test
  @Tag("R175")
  void adopt_childOfAnEarlierProcess_takenOverAndWatched() throws IOException {
    program(PATIENT);
    supervisor = supervise(Duration.ofSeconds(5));
    supervisor.start(ID, V1);
    long pid = supervisor.status(ID).pid();
    supervisor.close(false);

    supervisor = supervise(Duration.ofSeconds(5));
    supervisor.adopt();
    assertThat(supervisor.status(ID).pid()).isEqualTo(pid);
    assertThat(supervisor.status(ID).version()).isEqualTo(V1);
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    await().atMost(LONG).until(() -> supervisor.status(ID).exits().count() == 1);
    await().atMost(LONG).until(() -> supervisor.status(ID).life() == Life.RUNNING);
    assertThat(supervisor.status(ID).pid()).isNotEqualTo(pid);
  }

  @Test
  void adopt_numberWasNeverWritten_strayIsStopped() throws IOException {
    program(PATIENT);
    supervisor = supervise(Duration.ofSeconds(5));
    supervisor.start(ID, V1);
    awaitLine("hello");
    supervisor.close(false);
    Files.delete(folder.resolve("state/run").resolve(ID + ".pid"));
    assertThat(LivingProcesses.leaders(home)).hasSize(1);

    supervisor = supervise(Duration.ofSeconds(5));
    supervisor.adopt();

    assertThat(LivingProcesses.leaders(home)).isEmpty();
    assertThat(supervisor.status(ID)).isEqualTo(Status.STOPPED);
  }

  @Test
  void adopt_numberBelongsToAnotherProcessNow_isNotTakenForIt() throws IOException {
    Path file = folder.resolve("state/run").resolve(ID + ".pid");
    Files.createDirectories(file.getParent());
    Files.write(
        file,
        List.of(
            Long.toString(ProcessHandle.current().pid()),
            "12345@another-boot",
            "1.0.0",
            "2026-01-01T00:00:00Z"));
    supervisor = supervise(Duration.ofSeconds(5));

    supervisor.adopt();

    assertThat(supervisor.status(ID)).isEqualTo(Status.STOPPED);
  }

  @Test
  @Tag("R103")
  void output_ofEarlierStarts_isNotQuoted() throws IOException {
    Path file = folder.resolve("out.log");
    OutputLog log = new OutputLog(file, 1000);
    Files.writeString(log.open(), "1.0.0 listens\n");
    log.begin();
    assertThat(log.lastLines(3)).isEmpty();

    Files.writeString(file, "1.1.0 cannot listen\n", java.nio.file.StandardOpenOption.APPEND);
    assertThat(log.lastLines(3)).containsExactly("1.1.0 cannot listen");

    Files.writeString(file, "x".repeat(2000), java.nio.file.StandardOpenOption.APPEND);
    log.keepSmall();
    Files.writeString(file, "after the cut\n", java.nio.file.StandardOpenOption.APPEND);
    assertThat(log.lastLines(3)).containsExactly("after the cut");
  }

  @Test
  void output_grownTooLarge_isCutAndKeptOnce() throws IOException {
    Path file = folder.resolve("out.log");
    Files.writeString(file, "old line\n".repeat(1000));
    OutputLog log = new OutputLog(file, 1000);

    log.keepSmall();

    assertThat(file).isEmptyFile();
    assertThat(folder.resolve("out.log.1")).content().startsWith("old line");
    assertThat(log.lastLines(3)).isEmpty();
  }

  @Test
  @Tag("R93")
  void command_takesTooLong_endsWithAllItStarted() throws Exception {
    CommandRun.Result result =
        CommandRun.run(
            new ProcessBuilder("/usr/bin/setsid", "/bin/sh", "-c", "echo begun; sleep 300"),
            Duration.ofMillis(300));

    assertThat(result.trouble()).hasValueSatisfying(why -> assertThat(why).contains("within"));
    assertThat(result.lines()).containsExactly("begun");
  }

  @Test
  void command_thatWritesMuch_beginningAndEndAreKept() throws Exception {
    CommandRun.Result result =
        CommandRun.run(new ProcessBuilder("seq", "1", "100000"), Duration.ofSeconds(60));
    assertThat(result.lines()).startsWith("1", "2").endsWith("99999", "100000");
    assertThat(result.lines()).filteredOn(line -> line.contains("are left out")).hasSize(1);
    assertThat(String.join("\n", result.lines())).hasSizeLessThan(66_000);
  }
}
