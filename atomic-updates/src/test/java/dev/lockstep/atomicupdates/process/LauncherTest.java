package dev.lockstep.atomicupdates.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.testkit.ReliabilityFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher itself, with releases that are shell scripts. */
class LauncherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path LAUNCHER = Path.of("../bin/lockstep-launcher").toAbsolutePath();

  /** Confirms its start as Lockstep does, then runs until it is told to stop. */
  private static final String GOOD =
      """
      #!/bin/sh
      trap 'exit 0' TERM
      echo "$LOCKSTEP_LAUNCHED" >"$LOCKSTEP_LAUNCHER/confirmed"
      /bin/rm -f "$LOCKSTEP_LAUNCHER/starts"
      echo "$LOCKSTEP_LAUNCHED $*" >>"${0%/bin/lockstep}/../ran"
      while :; do sleep 0.1 & wait $!; done
      """;

  @TempDir Path folder;
  private Path home;
  private Path state;
  private Process launcher;

  @BeforeEach
  void prepare() throws IOException {
    home = Files.createDirectory(folder.resolve("updater"));
    state = folder.resolve("state").resolve("launcher");
  }

  @AfterEach
  void end() throws Exception {
    stop();
  }

  private void release(String version, String program) throws IOException {
    Path bin = Files.createDirectories(home.resolve("releases").resolve(version).resolve("bin"));
    FakeSystem.program(bin.resolve("lockstep"), program);
  }

  private void link(String name, String version) throws IOException {
    Files.deleteIfExists(home.resolve(name));
    Files.createSymbolicLink(home.resolve(name), Path.of("releases", version));
  }

  private String current() throws IOException {
    return Files.readSymbolicLink(home.resolve("current")).getFileName().toString();
  }

  private void start(String path, String deadline) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                LAUNCHER.toString(), home.toString(), folder.resolve("state").toString(), "daemon")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
    builder.environment().put("LOCKSTEP_START_PAUSE", "0");
    builder.environment().put("LOCKSTEP_START_DEADLINE", deadline);
    builder.environment().put("PATH", path + System.getenv("PATH"));
    launcher = builder.start();
  }

  private int stop() throws Exception {
    if (launcher == null) {
      return 0;
    }
    var all = launcher.descendants().toList();
    launcher.destroy();
    if (!launcher.waitFor(10, TimeUnit.SECONDS)) {
      launcher.destroyForcibly().waitFor();
    }
    all.forEach(ProcessHandle::destroyForcibly);
    return launcher.exitValue();
  }

  private void awaitRan(String version) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(
            () ->
                Files.exists(home.resolve("releases/ran"))
                    && log("releases/ran").contains(version));
  }

  private String log(String name) throws IOException {
    return Files.readString(home.resolve(name));
  }

  @Test
  @Tag("R175")
  void start_goodRelease_isGivenTheVerbAndStoppedByASignal() throws Exception {
    release("1.0.0", GOOD);
    link("current", "1.0.0");
    start("", "300");
    awaitRan("1.0.0 daemon");

    assertThat(stop()).isZero();
    assertThat(state.resolve("starts")).doesNotExist();
  }

  @Test
  void start_secondLauncher_isRefusedAndCountsNothing() throws Exception {
    release("1.0.0", GOOD);
    link("current", "1.0.0");
    start("", "300");
    awaitRan("1.0.0");
    // Also where the first one was killed and what it started lives on.
    ProcessHandle started = launcher.children().findFirst().orElseThrow();
    launcher.destroyForcibly().waitFor();

    start("", "300");

    assertThat(launcher.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(launcher.exitValue()).isEqualTo(75);
    assertThat(state.resolve("starts")).doesNotExist();
    started.destroyForcibly();
  }

  @Test
  void start_hangs_countsAsFailedAfterTheDeadline() throws Exception {
    release("1.0.0", GOOD);
    release("2.0.0", "#!/bin/sh\nexec sleep 300\n");
    link("current", "2.0.0");
    link("previous", "1.0.0");

    start("", "0.2");

    awaitRan("1.0.0");
    assertThat(current()).isEqualTo("1.0.0");
    assertThat(Files.readString(state.resolve("fallback"))).startsWith("2.0.0 1.0.0 3 starts of");
  }

  @Test
  void start_bothReleasesFail_goesBackOnceAndEnds() throws Exception {
    release("1.0.0", "#!/bin/sh\nexit 4\n");
    release("2.0.0", "#!/bin/sh\nexit 3\n");
    link("current", "2.0.0");
    link("previous", "1.0.0");

    start("", "300");

    assertThat(launcher.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(launcher.exitValue()).isEqualTo(1);
    assertThat(current()).isEqualTo("1.0.0");
    assertThat(Files.readString(state.resolve("fallback"))).contains("the last one with exit 3");
  }

  @Test
  void start_settingsAreWrong_isNotHeldAgainstAConfirmedRelease() throws Exception {
    release("1.0.0", GOOD);
    release("2.0.0", "#!/bin/sh\nexit 2\n");
    link("current", "2.0.0");
    link("previous", "1.0.0");
    Files.createDirectories(state);
    Files.writeString(state.resolve("confirmed"), "2.0.0\n");

    start("", "300");

    assertThat(launcher.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(launcher.exitValue()).isEqualTo(2);
    assertThat(current()).isEqualTo("2.0.0");
  }

  @Test
  @Tag("R92")
  void start_releaseAsksForAnotherWithoutSwitching_isCountedAsAFailedStart() throws Exception {
    release("1.0.0", GOOD);
    release("2.0.0", "#!/bin/sh\nexit 76\n");
    link("current", "2.0.0");
    link("previous", "1.0.0");

    start("", "300");

    awaitRan("1.0.0");
    assertThat(current()).isEqualTo("1.0.0");
    assertThat(Files.readString(state.resolve("fallback"))).startsWith("2.0.0 1.0.0 3 starts");
  }

  @Test
  @Tag("R92")
  @Tag("R175")
  void start_itsFilesAreDamaged_goesBackFromAReleaseThatFailsAllTheSame() throws Exception {
    Map<String, String> files =
        Map.of(
            "confirmed", "2.0.0\n", "starts", "2.0.0 2\n", "fallback", "1.9.0 1.0.0 it failed\n");
    int round = 0;
    for (Map.Entry<String, String> file : files.entrySet()) {
      String half = file.getValue().substring(0, file.getValue().length() / 2);
      for (String damaged : List.of("", half, "\u00a5".repeat(20), "1.0.0 ../evil why")) {
        home = Files.createDirectories(folder.resolve("damaged-" + ++round).resolve("updater"));
        release("1.0.0", GOOD);
        release("2.0.0", "#!/bin/sh\nexit 3\n");
        link("current", "2.0.0");
        link("previous", "1.0.0");
        for (String name : files.keySet()) {
          Files.deleteIfExists(state.resolve(name));
        }
        Files.createDirectories(state);
        Files.writeString(state.resolve(file.getKey()), damaged);

        start("", "300");

        awaitRan("1.0.0");
        assertThat(current()).as("%s is \"%s\"", file.getKey(), damaged).isEqualTo("1.0.0");
        assertThat(Files.readString(state.resolve("fallback"))).startsWith("2.0.0 1.0.0 3 starts");
        stop();
      }
    }
  }

  /** Before and after each of its commands that change the disk, with what it started. */
  @Test
  @Tag("R175")
  @Tag("R97")
  void goingBack_launcherIsKilledAtEachOfItsWrites_endsWithTheReleaseBefore() throws Exception {
    int kills = 0;
    boolean more = true;
    for (int at = 1; more; at++) {
      Path round = Files.createDirectory(folder.resolve("round-" + at));
      home = Files.createDirectory(round.resolve("updater"));
      state = folder.resolve("state").resolve("launcher");
      for (String name : new String[] {"starts", "fallback", "confirmed"}) {
        Files.deleteIfExists(state.resolve(name));
      }
      release("1.0.0", GOOD);
      release("2.0.0", "#!/bin/sh\nexit 3\n");
      link("current", "2.0.0");
      link("previous", "1.0.0");
      start(killing(round, at) + ":", "300");
      await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> !launcher.isAlive() || Files.exists(home.resolve("releases/ran")));
      more = Files.exists(round.resolve("killed"));
      if (more) {
        kills++;
        stop();
        start("", "300");
      }
      awaitRan("1.0.0");
      assertThat(current()).as("killed at write %d", at).isEqualTo("1.0.0");
      assertThat(Files.readString(state.resolve("fallback"))).startsWith("2.0.0 1.0.0 3 starts");
      assertThat(home.resolve(".current.launcher")).doesNotExist();
      stop();
    }
    ReliabilityFigures.tell("`LauncherTest`", kills, kills);
  }

  /** Programs that kill the launcher at its n-th write, every other time after having done it. */
  private Path killing(Path round, int at) throws IOException {
    Path bin = Files.createDirectory(round.resolve("bin"));
    for (String program : new String[] {"mv", "sync", "ln", "rm"}) {
      FakeSystem.program(
          bin.resolve(program),
          """
          #!/bin/sh
          n=$(( $(cat '%1$s/count' 2>/dev/null || echo 0) + 1 ))
          echo $n >'%1$s/count'
          if [ $n -eq %2$d ]; then
              : >'%1$s/killed'
              [ %3$d -eq 0 ] || /bin/%4$s "$@"
              kill -9 $PPID
              exit 1
          fi
          exec /bin/%4$s "$@"
          """
              .formatted(round, (at + 1) / 2, at % 2, program));
    }
    return bin;
  }
}
