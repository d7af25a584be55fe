package dev.lockstep.atomicupdates.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountPointsTest {
  @TempDir Path folder;

  private static String line(String point) {
    String escaped = point.replace("\\", "\\134").replace(" ", "\\040");
    return "36 35 98:0 /source " + escaped + " rw,noatime master:1 - ext4 /dev/root rw";
  }

  /** As the kernel would: each character of a point is one byte. */
  private static MountPoints mounted(String... points) {
    return MountPoints.of(
        Arrays.stream(points)
            .map(MountPointsTest::line)
            .collect(Collectors.joining("\n", "what is this\n", "\n"))
            .getBytes(ISO_8859_1));
  }

  private static String bytes(Path path) {
    return new String(path.toString().getBytes(UTF_8), ISO_8859_1);
  }

  @Test
  void of_asTheKernelTellsIt_knowsWhatIsMountedAtAFolderAndBelow() throws IOException {
    Path data = Files.createDirectories(folder.resolve("a folder\\ of data/inner")).getParent();
    Path real = data.toRealPath();
    Path link = Files.createSymbolicLink(folder.resolve("link"), folder);
    Path straight = Files.createSymbolicLink(folder.resolve("straight"), data);
    MountPoints mounts = mounted("/", bytes(real), bytes(real.resolve("inner")));

    assertThat(mounts.has(data)).isTrue();
    assertThat(mounts.has(link.resolve(data.getFileName()))).as("by its real name").isTrue();
    assertThat(mounts.has(straight)).as("a link can be renamed").isFalse();
    assertThat(mounts.has(data.resolve("inner"))).isTrue();
    assertThat(mounts.has(Path.of("/"))).isTrue();
    assertThat(mounts.has(folder)).isFalse();
    assertThat(mounts.has(folder.resolve("missing"))).isFalse();
    assertThat(mounts.below(data)).containsExactly(real + "/inner");
    assertThat(mounts.below(folder)).containsExactly(real.toString(), real + "/inner");
    assertThat(mounts.below(Path.of("/"))).hasSize(2);
    assertThat(mounts.below(straight)).isEmpty();
    assertThat(mounts.below(folder.resolve("missing"))).isEmpty();
  }

  @Test
  @Tag("R85")
  void of_namesThatAreNoTextInAnyLocale_knowsThemByTheirBytes() throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-c", "mkdir \"$(printf 'M\\374ller 50%%')\"")
            .directory(folder.toFile())
            .start();
    assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
    Path stick;
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
      stick = children.iterator().next();
    }
    String name = bytes(folder.toRealPath()) + "/M\u00fcller 50%";
    MountPoints mounts = mounted("/media/\u00fc\u00ff", name, name + "/a\rb");

    assertThat(mounts.has(stick)).isTrue();
    assertThat(mounts.below(stick)).hasSize(1);
    assertThat(mounts.has(folder)).isFalse();
    assertThat(mounts.below(folder)).hasSize(2);
  }

  @Test
  void now_aFolderInWhichNothingIsMounted_hasNone() throws IOException {
    MountPoints mounts = MountPoints.now();

    assertThat(mounts.has(folder)).isFalse();
    assertThat(mounts.below(folder)).isEmpty();
  }
}
