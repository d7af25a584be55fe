package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is mounted, really, by a child in a mount namespace of its own: data on another disk, which
 * cannot be renamed; and backup folders that cannot be used.
 */
class MountedDataTest {
  private static final List<String> NAMESPACE =
      List.of("unshare", "--mount", "--propagation", "private", "--");
  @TempDir Path folder;

  @BeforeAll
  static void mayMount() throws IOException, InterruptedException {
    boolean may;
    try {
      List<String> command = new ArrayList<>(NAMESPACE);
      command.addAll(List.of("mount", "-t", "tmpfs", "lockstep-test", "/mnt"));
      Process process = new ProcessBuilder(command).start();
      may = process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException noSuchProgram) {
      may = false;
    }
    assumeTrue(may, "a mount of its own needs unshare and the right to mount: run as root");
  }

  private int run(String... more) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(NAMESPACE);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            MountedDevice.class.getName(),
            folder.toString()));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("mounted.log").toFile())
            .start();
    try {
      assertThat(process.waitFor(180, TimeUnit.SECONDS)).as(this::log).isTrue();
      return process.exitValue();
    } finally {
      // unshare became the Java process, so nothing else is left of it.
      process.destroyForcibly();
    }
  }

  @Test
  @Tag("R85")
  @Tag("R90")
  @Tag("R93")
  void failedMigration_dataAreAMountPoint_putBackInItAlsoAfterAKillWhileThatIsDone()
      throws Exception {
    Path data = MountedDevice.otherDisk(folder);

    assertThat(run("restore.emptied")).as(() -> log()).isEqualTo(MountedDevice.HALTED);
    assertThat(data.toFile().list()).containsExactly(".lockstep-restoring");

    assertThat(run()).as(() -> log()).isZero();
    assertThat(data.toFile().list()).containsExactlyInAnyOrder("owner", "precious", "fixed");
    assertThat(data.resolve("precious")).hasContent("kept");
    assertThat(data.resolve("fixed/inner")).hasContent("fixed");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("fixed"))))
        .isEqualTo("r-xr-xr-x");
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("mounted.log"));
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }
}
