package dev.lockstep.atomicupdates.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountPointsTest {
  @TempDir Path folder;

  private static String line(Path point) {
    String escaped = point.toString().replace("\\", "\\134").replace(" ", "\\040");
    return "36 35 98:0 /source " + escaped + " rw,noatime master:1 - ext4 /dev/root rw";
  }

  @Test
  void of_asTheKernelTellsIt_knowsWhatIsMountedAtAFolderAndBelow() throws IOException {
    Path data = Files.createDirectories(folder.resolve("a folder\\ of data/inner")).getParent();
    Path real = data.toRealPath();
    Path link = Files.createSymbolicLink(folder.resolve("link"), data);
    MountPoints mounts =
        MountPoints.of(
            List.of(line(Path.of("/")), line(real), line(real.resolve("inner")), "what is this"));

    assertThat(mounts.has(data)).isTrue();
    assertThat(mounts.has(link)).as("by its real name").isTrue();
    assertThat(mounts.has(data.resolve("inner"))).isTrue();
    assertThat(mounts.has(folder)).isFalse();
    assertThat(mounts.has(folder.resolve("missing"))).isFalse();
    assertThat(mounts.below(data)).containsExactly(real.resolve("inner"));
    assertThat(mounts.below(folder)).containsExactly(real, real.resolve("inner"));
    assertThat(mounts.below(folder.resolve("missing"))).isEmpty();
  }

  @Test
  void now_aFolderInWhichNothingIsMounted_hasNone() throws IOException {
    MountPoints mounts = MountPoints.now();

    assertThat(mounts.has(folder)).isFalse();
    assertThat(mounts.below(folder)).isEmpty();
  }
}
