package dev.lockstep.atomicupdates.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.process.CommandRun;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of data with files that are not copied by Java. */
class LargeFilesTest {
  private static final String NAME = "backup_1.0.0_20260304_050607";
  private static final List<String> PATHS = List.of("data");
  private static final int LARGE = (int) LargeFiles.LEAST + 12_345;
  private static final long HUGE = 1L << 40;

  @TempDir Path folder;

  private Backups backups(Path where) {
    return new Backups(where.resolve("home"), where.resolve("backups/backend"), FaultPoints.NONE);
  }

  private static Path data(Path where) throws IOException {
    return Files.createDirectories(where.resolve("home/data")).resolve("db");
  }

  private static void make(Backups backups) throws IOException {
    backups.begin(NAME, false);
    backups.make(NAME, ReleaseVersion.parse("1.0.0"), PATHS);
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(16).nextBytes(bytes);
    return bytes;
  }

  private static Path copy(Backups backups) {
    return backups.folder().resolve(NAME).resolve("files/data/db");
  }

  private static long allocated(Path file) throws IOException {
    return new LargeFiles(file).allocated(List.of(file)).orElseThrow();
  }

  @Test
  @Tag("R82")
  @Tag("R149")
  void make_largeFile_isACopyWithModeAndTimeThatNoWriteToTheDataReaches() throws IOException {
    byte[] content = random(LARGE);
    Path file = Files.write(data(folder), content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    FileTime time = FileTime.from(Instant.parse("2020-01-01T00:00:00.123456Z"));
    Files.setLastModifiedTime(file, time);
    Backups backups = backups(folder);
    make(backups);

    assertThat(Files.readAttributes(copy(backups), BasicFileAttributes.class).fileKey())
        .isNotEqualTo(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    try (FileChannel live = FileChannel.open(file, StandardOpenOption.WRITE)) {
      live.write(ByteBuffer.wrap(new byte[100]), 1000);
    }

    assertThat(copy(backups)).hasBinaryContent(content);
    backups.restore(NAME);
    assertThat(file).hasBinaryContent(content);
    assertThat(Files.getLastModifiedTime(file)).isEqualTo(time);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-r-----");
    assertThat(backups.damage(NAME)).isEmpty();
  }

  @Test
  @Tag("R85")
  void make_fileWithHolesLargerThanTheDisk_keepsThemAndIsNoObstacle() throws IOException {
    Path file = data(folder);
    try (FileChannel sparse =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      sparse.write(ByteBuffer.wrap(random(4096)), HUGE);
    }
    Backups backups = backups(folder);
    assertThat(backups.obstacle(PATHS)).isEmpty();

    make(backups);
    backups.restore(NAME);

    assertThat(copy(backups)).hasSize(HUGE + 4096);
    assertThat(allocated(copy(backups))).isLessThan(1 << 20);
    assertThat(file).hasSize(HUGE + 4096);
    assertThat(allocated(file)).isLessThan(1 << 20);
  }

  @Test
  void make_dataThatAreTooLarge_isAnObstacleThatSaysHowMuch() throws IOException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    if (!mounted(disk, "-t", "tmpfs", "-o", "size=8m", "lockstep-test")) {
      return;
    }
    try {
      Files.write(data(disk), random(LARGE));
      assertThat(backups(disk).obstacle(PATHS))
          .hasValueSatisfying(why -> assertThat(why).contains("needs 4210688 bytes", "make room"));
    } finally {
      assertThat(run("umount", disk.toString())).isTrue();
    }
  }

  /** Java 17 would read and write all of it. */
  @Test
  void make_onAFileSystemThatSharesBlocks_takesNoRoom() throws IOException {
    Path image = folder.resolve("image");
    try (FileChannel sparse =
        FileChannel.open(image, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      sparse.write(ByteBuffer.wrap(new byte[1]), (160 << 20) - 1);
    }
    Path disk = Files.createDirectory(folder.resolve("disk"));
    if (!run("mkfs.btrfs", "-q", image.toString()) || !mounted(disk, "-o", "loop", image + "")) {
      return;
    }
    try {
      byte[] content = random(6 * LARGE);
      Files.write(data(disk), content);
      assertThat(run("sync")).isTrue();
      FileStore store = Files.getFileStore(disk);
      long before = store.getUnallocatedSpace();
      Backups backups = backups(disk);
      make(backups);
      backups.restore(NAME);
      assertThat(run("sync")).isTrue();
      long taken = before - store.getUnallocatedSpace();
      System.out.printf(
          "backup and restore of %d bytes on btrfs took %d bytes of disk%n", content.length, taken);
      assertThat(taken).isLessThan(LARGE);
      assertThat(copy(backups)).hasBinaryContent(content);
    } finally {
      assertThat(run("umount", disk.toString())).isTrue();
    }
  }

  private static boolean mounted(Path where, String... how) {
    String[] words = new String[how.length + 2];
    words[0] = "mount";
    System.arraycopy(how, 0, words, 1, how.length);
    words[how.length + 1] = where.toString();
    boolean mounted = run(words);
    if (!mounted) {
      System.out.println(
          "no file system of its own can be mounted here (" + where + "): not tried");
    }
    return mounted;
  }

  private static boolean run(String... words) {
    try {
      return CommandRun.run(
              new ProcessBuilder(words).directory(new File("/")), Duration.ofSeconds(60))
          .trouble()
          .isEmpty();
    } catch (IOException noSuchProgram) {
      System.out.println(words[0] + " is not installed here: not tried");
      return false;
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
