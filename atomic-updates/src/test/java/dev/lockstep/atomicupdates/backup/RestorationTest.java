package dev.lockstep.atomicupdates.backup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.atomicupdates.files.MountPoints;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.testkit.disk.DiskChange;
import dev.lockstep.testkit.disk.DiskWatch;
import dev.lockstep.testkit.disk.WatchedFileSystem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is mounted is told to the code; what it does with the folders is real. */
class RestorationTest {
  @TempDir Path folder;
  private Path data;
  private Path backup;
  private MountPoints mounts = MountPoints.of(new byte[0]);

  @BeforeEach
  void prepare() throws IOException {
    data = Files.createDirectories(folder.resolve("home/data/inner")).getParent();
    Files.writeString(data.resolve("inner/foreign"), "foreign");
    Files.writeString(data.resolve("new"), "new");
    backup = Files.createDirectories(folder.resolve("backup/data"));
    Files.writeString(backup.resolve("precious"), "kept");
  }

  private void mount(Path point) throws IOException {
    String line = "36 35 98:0 / " + point.toRealPath() + " rw - ext4 /dev/root rw";
    mounts = MountPoints.of(line.getBytes(ISO_8859_1));
  }

  private Restoration restoration() {
    return new Restoration(FaultPoints.NONE, new LargeFiles(folder), () -> mounts);
  }

  @Test
  @Tag("R90")
  void replace_somethingIsMountedWithin_refusedWithNothingChanged() throws IOException {
    mount(data.resolve("inner"));

    assertThatThrownBy(() -> restoration().replace(data, backup))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("inner is mounted within");

    assertThat(data.resolve("inner/foreign")).hasContent("foreign");
    assertThat(data.resolve("new")).hasContent("new");
    assertThat(data.getParent().toFile().list()).containsExactly("data");
  }

  @Test
  @Tag("R90")
  void replaceAndSweep_mountedWithinWhatWasSetAside_notEmptied() throws IOException {
    Path aside = data.resolveSibling(".data.replaced");
    Files.move(data, aside);
    Files.createDirectory(data);
    mount(aside.resolve("inner"));

    assertThatThrownBy(() -> restoration().replace(data, backup)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> restoration().sweep(data)).isInstanceOf(IOException.class);

    assertThat(aside.resolve("inner/foreign")).hasContent("foreign");
  }

  @Test
  @Tag("R85")
  @Tag("R90")
  void replace_linkToWhereSomethingIsMounted_putsAFolderInItsPlaceAndEmptiesNothing()
      throws IOException {
    Path disk = Files.move(data, folder.resolve("disk"));
    Files.createSymbolicLink(data, disk);
    mount(disk);

    restoration().replace(data, backup);

    assertThat(data).isDirectory();
    assertThat(data.resolve("precious")).hasContent("kept");
    assertThat(Files.isSymbolicLink(data)).isFalse();
    assertThat(disk.resolve("inner/foreign")).hasContent("foreign");
  }

  @Test
  @Tag("R85")
  @Tag("R90")
  void replace_mountedFolderOfSomebodyElse_dataAreBackThoughItsTimeIsNot() throws IOException {
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxr-x"));
    Files.setPosixFilePermissions(backup, PosixFilePermissions.fromString("rwxrwxr-x"));
    mount(data);
    List<DiskChange.Kind> refused = new ArrayList<>();
    Path root = data.toRealPath();
    DiskWatch somebodyElses =
        new DiskWatch() {
          @Override
          public void before(DiskChange change) throws IOException {
            boolean owners =
                change.kind() == DiskChange.Kind.MODE || change.kind() == DiskChange.Kind.TIME;
            if (owners && change.path().equals(root)) {
              refused.add(change.kind());
              throw new FileSystemException(root.toString(), null, "Operation not permitted");
            }
          }

          @Override
          public void after(DiskChange change) {
            // Only what is asked for can be refused.
          }
        };

    Path watched = WatchedFileSystem.path(folder.toRealPath(), somebodyElses);
    restoration().replace(watched.resolve("home/data"), watched.resolve("backup/data"));

    assertThat(data.toFile().list()).containsExactly("precious");
    assertThat(data.resolve("precious")).hasContent("kept");
    assertThat(refused).as("its mode is as it was").containsExactly(DiskChange.Kind.TIME);
  }
}
