package dev.lockstep.atomicupdates.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupsTest {
  private static final ReleaseVersion V1 = ReleaseVersion.parse("1.0.0");
  private static final List<String> PATHS = List.of("data", "conf/app.properties");
  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-03-04T05:06:07.89Z");
  @TempDir Path folder;
  private Path home;
  private Backups backups;

  @BeforeEach
  void prepare() throws IOException {
    home = folder.resolve("backend");
    Files.createDirectories(home.resolve("data/sub"));
    Files.writeString(home.resolve("data/sub/a"), "a");
    Files.createSymbolicLink(home.resolve("data/link"), Path.of("sub/a"));
    backups = new Backups(home, folder.resolve("backups/backend"), FaultPoints.NONE);
  }

  private void make(String name, List<String> paths) throws IOException {
    backups.begin(name, false);
    backups.make(name, V1, paths);
  }

  @Test
  @Tag("R82")
  void nameFor_versionAndTime() throws IOException {
    assertThat(backups.nameFor(V1, NOW)).hasToString("backup_1.0.0_20260304_050607");
    make("backup_1.0.0_20260304_050607", PATHS);
    assertThat(backups.nameFor(V1, NOW)).hasToString("backup_1.0.0_20260304_050608");
    assertThat(BackupName.parse("backup_1.0.0-rc.1_20260304_050607"))
        .hasValueSatisfying(name -> assertThat(name.version()).hasToString("1.0.0-rc.1"));
    assertThat(BackupName.parse("backup_x_20260304_050607")).isEmpty();
    assertThat(BackupName.parse("notes.txt")).isEmpty();
  }

  @Test
  @Tag("R81")
  @Tag("R85")
  void obstacle_pathIsALinkToABiggerDisk_saysThatItsDataWouldNotBeKept() throws IOException {
    assertThat(backups.obstacle(PATHS)).as("links within the data are no obstacle").isEmpty();
    Path elsewhere = folder.resolve("bigger");
    Files.move(home.resolve("data"), elsewhere);
    Files.createSymbolicLink(home.resolve("data"), elsewhere);

    assertThat(backups.obstacle(PATHS))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .contains(home.resolve("data") + " is a symbolic link", "make it a folder"));
  }

  @Test
  @Tag("R82")
  @Tag("R90")
  void restore_changedAddedAndRemoved_allAsBefore() throws IOException {
    Path secret = home.resolve("data/sub/secret");
    Files.writeString(secret, "s");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    FileTime time = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
    Files.setLastModifiedTime(home.resolve("data/sub"), time);
    make("backup_1.0.0_20260304_050607", PATHS);
    Files.writeString(home.resolve("data/sub/a"), "changed");
    Files.writeString(home.resolve("data/added"), "added");
    Files.delete(secret);
    Files.createDirectories(home.resolve("conf"));
    Files.writeString(home.resolve("conf/app.properties"), "new");

    backups.restore("backup_1.0.0_20260304_050607");

    assertThat(home.resolve("data/sub/a")).hasContent("a");
    assertThat(home.resolve("data/added")).doesNotExist();
    assertThat(Files.readSymbolicLink(home.resolve("data/link"))).isEqualTo(Path.of("sub/a"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");
    assertThat(Files.getLastModifiedTime(home.resolve("data/sub"))).isEqualTo(time);
    assertThat(home.resolve("conf/app.properties")).doesNotExist();
    assertThat(backups.folder().resolve("backup_1.0.0_20260304_050607/VERSION"))
        .hasContent("1.0.0");
  }

  @Test
  @Tag("R91")
  void restore_backupMissingOrDamaged_errorAndNothingChanged() throws IOException {
    assertThatThrownBy(() -> backups.restore("backup_1.0.0_20260304_050607"))
        .isInstanceOf(IOException.class);
    make("backup_1.0.0_20260304_050607", PATHS);
    dev.lockstep.atomicupdates.files.FileTrees.delete(
        backups.folder().resolve("backup_1.0.0_20260304_050607/files/data"));
    assertThatThrownBy(() -> backups.restore("backup_1.0.0_20260304_050607"))
        .isInstanceOf(IOException.class);
    assertThat(home.resolve("data/sub/a")).hasContent("a");
  }

  @Test
  void make_pathOutsideOfTheFolder_refused() {
    assertThatThrownBy(() -> make("backup_1.0.0_20260304_050607", List.of("../other")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("outside");
  }

  @Test
  @Tag("R83")
  void prune_moreThanMax_oldestGoButNotThoseInUse() throws IOException {
    for (int second = 1; second <= 5; second++) {
      make("backup_1.0.0_20260304_05060" + second, PATHS);
    }
    Files.createDirectories(backups.folder().resolve(".partial-backup_1.0.0_20260304_050609"));

    backups.prune(2, Set.of("backup_1.0.0_20260304_050601"), BackupOrder.BY_NAME, PATHS);

    assertThat(backups.list())
        .extracting(BackupName::toString)
        .containsExactly("backup_1.0.0_20260304_050605", "backup_1.0.0_20260304_050601");
    assertThat(backups.folder()).isDirectoryNotContaining("glob:**.partial-*");
  }
}
