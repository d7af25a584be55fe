package dev.lockstep.atomicupdates.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.process.LivingProcesses;
import dev.lockstep.atomicupdates.rehearsal.Rehearsal.Passed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rehearsals with real files and processes, good ones and such that find something. */
@Tag("R163")
class RehearsalTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;
  private final List<Passed> passed = new ArrayList<>();
  private Path root;
  private Path state;
  private Path backups;

  @BeforeEach
  void device() throws IOException {
    root = Files.createDirectory(folder.resolve("components"));
    state = Files.createDirectory(folder.resolve("state"));
    backups = state.resolve("backups");
  }

  /** Nothing of any test is left: no file beside the device's own, no process. */
  @AfterEach
  void nothingIsLeft() throws IOException {
    assertThat(files()).isEmpty();
    assertThat(LivingProcesses.leaders(home())).isEmpty();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(file -> folder.relativize(file).toString())
          .filter(file -> !List.of("", "components", "state", "disk").contains(file))
          .toList();
    }
  }

  private Path home() {
    return root.resolve(Scratch.NAME).resolve("components/rehearsal");
  }

  private Optional<String> rehearse(FaultPoints faults, Duration within)
      throws IOException, InterruptedException {
    try (Scratch scratch = Scratch.open(root, state, backups)) {
      return new Rehearsal(scratch, within, faults).run(passed::add);
    }
  }

  @Test
  void run_onASoundMachine_passesInAllFourParts() throws IOException, InterruptedException {
    assertThat(rehearse(FaultPoints.NONE, LONG)).isEmpty();
    assertThat(passed)
        .extracting(Passed::what)
        .containsExactly(
            "install of 1.0.0",
            "update to 2.0.0",
            "3.0.0, which crashes, reverted by itself",
            "revert to 1.0.0 with its data");
  }

  @Test
  void run_whereProgramsCannotBeStarted_saysSoAtTheFirstInstall()
      throws IOException, InterruptedException {
    root = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        command("mount", "-t", "tmpfs", "-o", "noexec,size=16m", "lockstep-test", root.toString()),
        "a file system without programs needs the right to mount one: run as root");
    try {
      Optional<String> failure = rehearse(FaultPoints.NONE, LONG);

      assertThat(passed).isEmpty();
      assertThat(failure.orElse("")).contains("Permission denied");
    } finally {
      assertThat(LivingProcesses.leaders(home())).isEmpty();
      assertThat(command("umount", root.toString())).isTrue();
    }
  }

  @Test
  void run_whereTheLinkCannotBeSwitchedBack_saysWhatFailed()
      throws IOException, InterruptedException {
    int[] switches = new int[1];
    FaultPoints stuck =
        point -> {
          if (point.equals("link.current.prepared") && ++switches[0] > 3) {
            throw new IllegalStateException("the disk refuses the link");
          }
        };

    assertThat(rehearse(stuck, LONG).orElse("")).contains("the disk refuses the link");
    assertThat(passed).hasSize(2);
  }

  @Test
  void run_thatDoesNotEndInTime_isGivenUp() throws IOException, InterruptedException {
    assertThat(rehearse(FaultPoints.NONE, Duration.ZERO).orElse("")).contains("in time");
  }

  @Test
  void open_afterOneThatWasKilled_endsItsProcessAndRemovesItsFiles() throws Exception {
    Files.createDirectories(home());
    Path left = Files.createDirectories(state.resolve(Scratch.NAME).resolve("state/run"));
    Files.writeString(left.resolve("rehearsal.pid"), "torn");
    Process orphan = orphan();
    await().atMost(LONG).until(() -> !LivingProcesses.leaders(home()).isEmpty());

    Scratch.open(root, state, backups).close();

    assertThat(orphan.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private Process orphan() throws IOException {
    ProcessBuilder builder = new ProcessBuilder("setsid", "sleep", "300");
    builder.environment().putAll(Map.of("LOCKSTEP_COMPONENT_HOME", home().toString()));
    return builder.start();
  }

  @Test
  void open_besideAnotherOne_isRefusedAndLeavesItAlone() throws IOException {
    try (Scratch first = Scratch.open(root, state, backups)) {
      Files.createDirectories(first.state());
      assertThatThrownBy(() -> Scratch.open(root, state, backups))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("another doctor");
      assertThat(first.state()).exists();
    }
  }

  @Test
  void open_beforeTheFirstStart_usesTheFoldersAbove() throws IOException, InterruptedException {
    root = folder.resolve("components/not/yet");
    state = folder.resolve("state/not/yet");
    backups = folder.resolve("elsewhere");

    try (Scratch scratch = Scratch.open(root, state, backups)) {
      assertThat(scratch.root()).startsWithRaw(folder.resolve("components"));
      assertThat(scratch.state()).startsWithRaw(folder.resolve("state"));
      assertThat(scratch.backups()).startsWithRaw(folder);
    }
  }

  private static boolean command(String... words) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(words).start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException noSuchProgram) {
      return false;
    }
  }
}
