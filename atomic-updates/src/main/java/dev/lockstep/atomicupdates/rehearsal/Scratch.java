package dev.lockstep.atomicupdates.rehearsal;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.process.Supervisor;
import dev.lockstep.config.Settings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders for a rehearsal: one beside the device's slots, one beside its journal, one beside its
 * backups, so on the same file systems. For their owner only, and for one process at a time; where
 * a folder of the device is not there yet, the nearest one above it serves.
 *
 * <p>Opening removes what an earlier one left whose process was killed: processes first, then
 * files. Closing removes everything.
 */
public final class Scratch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);

  /** The name of each of the folders; no component can have it. */
  public static final String NAME = ".lockstep-doctor";

  private static final String LOCK = "lock";
  private static final int TRIES = 5;

  private final Path root;
  private final Path state;
  private final Path backups;
  private final FileChannel lock;

  private Scratch(Path root, Path state, Path backups, FileChannel lock) {
    this.root = root;
    this.state = state;
    this.backups = backups;
    this.lock = lock;
  }

  /**
   * Makes the folders.
   *
   * @param root of the device's components
   * @param state of the device
   * @param backups of the device
   * @throws IOException if a folder cannot be made, if another process rehearses, or if what an
   *     earlier one left cannot be removed; nothing new is left then. The message is for people
   */
  public static Scratch open(Path root, Path state, Path backups) throws IOException {
    Path ownState = existing(state).resolve(NAME);
    Scratch scratch =
        new Scratch(
            existing(root).resolve(NAME),
            ownState,
            existing(backups).resolve(NAME),
            take(ownState));
    try {
      scratch.clear();
      for (Path folder : scratch.folders()) {
        create(folder);
      }
      return scratch;
    } catch (IOException | RuntimeException failed) {
      scratch.closeAfter(failed);
      throw failed;
    }
  }

  private void closeAfter(Exception failed) {
    try {
      close();
    } catch (IOException second) {
      failed.addSuppressed(second);
    }
  }

  private static Path existing(Path folder) {
    Path at = folder.toAbsolutePath();
    while (!Files.isDirectory(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  /** The lock is a file of the folder, so whoever got it has to see that it is still that file. */
  private static FileChannel take(Path folder) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      create(folder);
      Path file = folder.resolve(LOCK);
      try {
        FileChannel channel = Disk.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (holds(channel, file)) {
          return channel;
        }
        channel.close();
      } catch (NoSuchFileException removedMeanwhile) {
        // The one before has just ended; its folder is made anew.
      }
    }
    throw new IOException("another doctor rehearses in " + folder + "; wait until it has ended");
  }

  private static boolean holds(FileChannel channel, Path file) throws IOException {
    Object before = identity(file);
    try {
      return channel.tryLock() != null && before != null && before.equals(identity(file));
    } catch (OverlappingFileLockException sameProcess) {
      return false;
    }
  }

  private static Object identity(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (NoSuchFileException gone) {
      return null;
    }
  }

  private static void create(Path folder) throws IOException {
    try {
      Disk.createFolder(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException there) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw there;
      }
    }
  }

  /** Folder of components. */
  public Path root() {
    return root.resolve("components");
  }

  /** Folder of state. */
  public Path state() {
    return state.resolve("state");
  }

  /** Folder of backups. */
  public Path backups() {
    return backups.resolve("backups");
  }

  private List<Path> folders() {
    List<Path> all = new ArrayList<>(List.of(state));
    for (Path folder : List.of(root, backups)) {
      if (!all.contains(folder)) {
        all.add(folder);
      }
    }
    return all;
  }

  /** What a killed one left: its component's processes, then its files. */
  private void clear() throws IOException {
    endProcesses();
    for (Path folder : folders()) {
      FileTrees.delete(folder.resolve("components"));
      FileTrees.delete(folder.resolve("state"));
      FileTrees.delete(folder.resolve("backups"));
    }
  }

  /** Those that a process left that was killed; the engine ends its own by itself. */
  private void endProcesses() {
    Settings settings = RehearsalSettings.of(this);
    Supervisor leftovers =
        new Supervisor(root(), state(), settings.components(), Clock.systemUTC());
    try {
      leftovers.adopt();
    } finally {
      leftovers.close(true);
    }
  }

  /** From here on the next one may have begun, and have a lock of its own in the folder. */
  private static void removeUnlessTaken(Path folder) throws IOException {
    try {
      Disk.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException next) {
      LOG.debug("the next one has begun in {}", folder);
    }
  }

  /**
   * Removes everything.
   *
   * @throws IOException if something cannot be removed; the next one tries again
   */
  @Override
  public void close() throws IOException {
    try {
      clear();
      for (Path folder : folders()) {
        if (!folder.equals(state)) {
          FileTrees.delete(folder);
        }
      }
      Disk.deleteIfExists(state.resolve(LOCK));
      removeUnlessTaken(state);
    } finally {
      lock.close();
    }
  }
}
