package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.testkit.ReliabilityFigures;
import dev.lockstep.testkit.TestRepository;
import dev.lockstep.testkit.TreeFixture;
import dev.lockstep.testkit.disk.DiskChange;
import dev.lockstep.testkit.disk.DiskWatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real file system of some megabytes holds the device, journal and all. Somebody else fills it to
 * the last byte for a moment in the middle of an update: at the first change of the disk, then at
 * ever later ones, while it downloads, unpacks, backs up, switches, migrates.
 */
class SmallDiskTest {
  private static final int DISK = 64 * 1024 * 1024;
  private static final int STRIDE = 12;
  private static final int BLOCK = 1 << 20;
  private static final int FILLED_MILLIS = 500;

  /** A download needs a little more than 32 MB, which are left for others. */
  private static final long LEFT = 22L << 20;

  private static final long OLD_DOWNLOAD = 7L << 20;
  private static final long OLD_SLOT = 8L << 20;

  @TempDir Path folder;
  private Path disk;
  private TestRepository repository;

  @BeforeEach
  void mount() throws IOException, InterruptedException {
    disk = Files.createDirectory(folder.resolve("disk"));
    int mounted =
        run("mount", "-t", "tmpfs", "-o", "size=" + DISK, "lockstep-test", disk.toString());
    assumeTrue(mounted == 0, "a small file system needs the right to mount one: run as root");
    repository = SignedDevice.publish(folder.resolve("publisher"));
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    if (repository != null) {
      repository.close();
      assertThat(run("umount", disk.toString())).isZero();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      Process process = new ProcessBuilder(command).start();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } catch (IOException noSuchProgram) {
      return -1;
    }
  }

  @Test
  @Tag("R70")
  @Tag("R81")
  @Tag("R87")
  @Tag("R90")
  void update_diskIsFilledAtEverLaterChanges_oldOrNewAndGoesOnWhenThereIsRoom() throws IOException {
    SignedDevice.template(folder.resolve("template"), repository);
    TreeMap<String, Integer> ends = new TreeMap<>();
    int changes = changes();
    int tried = 0;
    for (int at = 1; at <= changes; at += STRIDE) {
      Path where = SignedDevice.copy(folder.resolve("template"), disk.resolve("device"));
      Filler filler = new Filler(disk.resolve("filler"), at);
      try (SignedDevice device = new SignedDevice(where, repository, filler)) {
        String outcome = DiskFaultTest.first(device);
        ends.merge(outcome, 1, Integer::sum);
        tried++;
        device.device.stop(false);
        filler.empty();
        assertThat(device.consistent())
            .as("filled at change %d of %d, which ended %s", at, changes, outcome)
            .isEqualTo(outcome.equals("COMMITTED") ? SignedDevice.NEW : SignedDevice.OLD);
        assertThat(device.start().update("again", SignedDevice.NEW))
            .as("with room again, after a disk filled at change %d of %d", at, changes)
            .isEqualTo("COMMITTED");
        device.device.assertRuns(SignedDevice.NEW);
        device.nothingIsLeft();
      }
      new SignedDevice(where, repository, new DiskFaults(0)).remove();
    }
    assertThat(ends).hasSizeGreaterThan(1);
    ReliabilityFigures.tell("`SmallDiskTest`", changes, tried);
  }

  /**
   * There are an old slot and a superseded download that could still be resumed, each of which has
   * to go; and what is needed: the active slot, the previous one, a staged one, and the backup.
   */
  @Test
  @Tag("R70")
  @Tag("R83")
  void download_tooLittleRoom_oldSlotsAndDownloadsGoFirstAndNothingThatIsNeeded() throws Exception {
    SignedDevice.template(folder.resolve("template"), repository);
    Path where = SignedDevice.copy(folder.resolve("template"), disk.resolve("device"));
    try (SignedDevice device = new SignedDevice(where, repository, new DiskFaults(0))) {
      device.start();
      assertThat(device.update("second", SignedDevice.NEW)).isEqualTo("COMMITTED");
      assertThat(device.stage("third", SignedDevice.BAD)).isEqualTo("STAGED");
      String next = "1.3.0";
      repository.publish(
          ReleaseSpec.of(TestDevice.ID, next), TreeFixture.small(TestDevice.ID, next));
      Path releases = where.resolve("root/backend/releases");
      Releases.stage(
          releases.getParent(), TestDevice.ID, "0.9.0", Releases.GOOD, Releases.CRASHING);
      write(releases.resolve("0.9.0/large"), OLD_SLOT);
      Path downloads = where.resolve("state/downloads");
      write(downloads.resolve(hashOfArchive(SignedDevice.OLD) + ".part"), OLD_DOWNLOAD);
      long usable = Files.getFileStore(disk).getUsableSpace();
      write(disk.resolve("others"), usable - LEFT);
      List<String> backups = tree(where.resolve("backups"));

      assertThat(device.stage("fourth", next)).isEqualTo("STAGED");

      assertThat(releases.toFile().list())
          .containsExactlyInAnyOrder(SignedDevice.OLD, SignedDevice.NEW, SignedDevice.BAD, next);
      assertThat(downloads).isEmptyDirectory();
      assertThat(tree(where.resolve("backups"))).isEqualTo(backups).isNotEmpty();
      assertThat(device.consistent()).isEqualTo(SignedDevice.NEW);
      device.device.assertRuns(SignedDevice.NEW);

      write(disk.resolve("still others"), OLD_SLOT);
      repository.publish(
          ReleaseSpec.of(TestDevice.ID, "1.4.0"), TreeFixture.small(TestDevice.ID, "1.4.0"));
      assertThat(device.stage("fifth", "1.4.0"))
          .as("what is needed stays, so that there is too little room")
          .isEqualTo(ErrorCode.ERROR_CODE_DISK_FULL.name());
      assertThat(releases.toFile().list()).contains(SignedDevice.OLD, SignedDevice.NEW, next);
    }
  }

  private static void write(Path file, long size) throws IOException {
    byte[] block = new byte[BLOCK];
    try (var out = Files.newOutputStream(file)) {
      for (long left = size; left > 0; left -= block.length) {
        out.write(block, 0, (int) Math.min(left, block.length));
      }
    }
  }

  private static List<String> tree(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  private String hashOfArchive(String version) throws Exception {
    try (Stream<Path> files = Files.walk(repository.directory().targets())) {
      Path archive =
          files
              .filter(file -> file.toString().endsWith("backend-" + version + ".tar.gz"))
              .findFirst()
              .orElseThrow();
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(archive)));
    }
  }

  /** How many an undisturbed update makes. */
  private int changes() throws IOException {
    Path where = SignedDevice.copy(folder.resolve("template"), disk.resolve("device"));
    DiskFaults none = new DiskFaults(0);
    try (SignedDevice device = new SignedDevice(where, repository, none)) {
      assertThat(DiskFaultTest.first(device)).isEqualTo("COMMITTED");
    }
    new SignedDevice(where, repository, none).remove();
    return none.count();
  }

  /** Takes all the room that there is, at one change, for a moment. */
  private static final class Filler implements DiskWatch {
    private final Path file;
    private final int at;
    private int count;
    private boolean over;

    Filler(Path file, int at) {
      this.file = file;
      this.at = at;
    }

    @Override
    public synchronized void before(DiskChange change) throws IOException {
      if (!over && ++count == at) {
        byte[] block = new byte[BLOCK];
        try (var out = Files.newOutputStream(file)) {
          while (true) {
            out.write(block);
          }
        } catch (IOException full) {
          assertThat(Files.getFileStore(file).getUsableSpace()).isZero();
        }
        CompletableFuture.delayedExecutor(FILLED_MILLIS, TimeUnit.MILLISECONDS)
            .execute(this::empty);
      }
    }

    @Override
    public void after(DiskChange change) {
      // The room is taken before.
    }

    /** Gives the room back, and takes none again. */
    synchronized void empty() {
      over = true;
      try {
        Files.deleteIfExists(file);
      } catch (IOException stays) {
        throw new UncheckedIOException(stays);
      }
    }
  }
}
