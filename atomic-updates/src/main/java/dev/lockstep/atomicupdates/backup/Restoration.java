package dev.lockstep.atomicupdates.backup;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.files.MountPoints;
import dev.lockstep.atomicupdates.port.FaultPoints;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts one configured path back as it is in a backup. Repeatable after a crash at any instant;
 * nothing of the data that it finds is removed before a copy of the backup is complete and on the
 * disk.
 *
 * <p>A path is exchanged as a whole, by its name. One at which something is mounted has to keep its
 * name, so what is in it is exchanged instead: not in one instant, so that only an install which
 * goes on until it has ended may do this. Repeated after a crash it begins anew, also where only a
 * part of the copy had its place: the backup itself is what stays whole.
 */
final class Restoration {
  private static final Logger LOG = LoggerFactory.getLogger(Restoration.class);
  private static final String WITHIN = ".lockstep-restoring";
  private final FaultPoints faults;
  private final LargeFiles large;
  private final Mounts mounts;

  /** Tells what is mounted now. */
  interface Mounts {
    /** As it is when this is called. */
    MountPoints now() throws IOException;
  }

  Restoration(FaultPoints faults, LargeFiles large, Mounts mounts) {
    this.faults = faults;
    this.large = large;
    this.mounts = mounts;
  }

  /**
   * Puts it back; {@code source} is null where nothing was there.
   *
   * @throws IOException with nothing changed where something is mounted within the path: it would
   *     be emptied
   */
  void replace(Path target, Path source) throws IOException {
    for (Path path : List.of(target, incoming(target), outgoing(target))) {
      nothingMountedWithin(path);
    }
    if (mounts.now().has(target)) {
      fill(target, source);
    } else {
      exchange(target, source);
    }
  }

  private void nothingMountedWithin(Path path) throws IOException {
    List<String> inner = mounts.now().below(path);
    if (!inner.isEmpty()) {
      throw new IOException(
          "%s is mounted within %s, and would be emptied; unmount it"
              .formatted(inner.get(0), path));
    }
  }

  private void exchange(Path target, Path source) throws IOException {
    Path incoming = incoming(target);
    Path outgoing = outgoing(target);
    FileTrees.delete(incoming);
    FileTrees.delete(outgoing);
    if (source != null) {
      Disk.createFolders(target.getParent());
      TreeCopy.copy(source, incoming, large);
      faults.reached("restore.copied");
    }
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      Disk.rename(target, outgoing);
      faults.reached("restore.set-aside");
    }
    if (source != null) {
      Disk.rename(incoming, target);
      faults.reached("restore.renamed");
    }
    if (Files.isDirectory(target.getParent())) {
      DurableFiles.sync(target.getParent());
    }
    FileTrees.delete(outgoing);
  }

  private void fill(Path target, Path source) throws IOException {
    Path incoming = target.resolve(WITHIN);
    FileTrees.delete(incoming);
    if (source != null) {
      TreeCopy.copy(source, incoming, large);
      DurableFiles.sync(target);
      faults.reached("restore.copied");
    }
    for (Path old : children(target)) {
      if (!old.equals(incoming)) {
        FileTrees.delete(old);
      }
    }
    faults.reached("restore.emptied");
    if (source != null) {
      for (Path copy : children(incoming)) {
        String name = copy.getFileName().toString();
        TreeCopy.move(copy, target.resolve(name), source.resolve(name));
      }
      faults.reached("restore.moved");
      Disk.delete(incoming);
      modeAndTime(source, target);
    }
    DurableFiles.sync(target);
  }

  /**
   * Where something is mounted the folder may be somebody else's, who alone may set these. The data
   * are back all the same.
   */
  private static void modeAndTime(Path source, Path target) {
    try {
      if (source.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(source);
        if (!mode.equals(Files.getPosixFilePermissions(target))) {
          Disk.setPermissions(target, mode);
        }
      }
      FileTime time = Files.getLastModifiedTime(source);
      if (!time.equals(Files.getLastModifiedTime(target))) {
        Disk.setLastModified(target, time);
      }
    } catch (IOException refused) {
      LOG.warn(
          "the data are back in {}, but its own mode or time is not: {}", target, "" + refused);
    }
  }

  /**
   * Removes what an interrupted one left: copies of the backup, which has them still, and data that
   * were set aside, where something is in their place.
   */
  void sweep(Path target) throws IOException {
    delete(incoming(target));
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      delete(outgoing(target));
    }
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      delete(target.resolve(WITHIN));
    }
  }

  private void delete(Path tree) throws IOException {
    nothingMountedWithin(tree);
    FileTrees.delete(tree);
  }

  private static Path incoming(Path target) {
    return beside(target, ".restoring");
  }

  private static Path outgoing(Path target) {
    return beside(target, ".replaced");
  }

  private static Path beside(Path target, String ending) {
    return target.resolveSibling("." + target.getFileName() + ending);
  }

  private static List<Path> children(Path folder) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
      found.forEach(children::add);
    }
    return children;
  }
}
