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
import java.util.ArrayList;
import java.util.List;

/**
 * Puts one configured path back as it is in a backup. Repeatable after a crash at any instant;
 * nothing of what is there is removed before the copy of the backup is complete and on the disk.
 *
 * <p>A path is exchanged as a whole, by its name. One at which something is mounted has to keep its
 * name, so what is in it is exchanged instead: not in one instant, so that only an install which
 * goes on until it has ended may do this.
 */
final class Restoration {
  private static final String WITHIN = ".lockstep-restoring";
  private final FaultPoints faults;
  private final LargeFiles large;

  Restoration(FaultPoints faults, LargeFiles large) {
    this.faults = faults;
    this.large = large;
  }

  /** Puts it back; {@code source} is null where nothing was there. */
  void replace(Path target, Path source) throws IOException {
    if (MountPoints.now().has(target)) {
      fill(target, source);
    } else {
      exchange(target, source);
    }
  }

  private void exchange(Path target, Path source) throws IOException {
    Path incoming = beside(target, ".restoring");
    Path outgoing = beside(target, ".replaced");
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
      TreeCopy.copyModeAndTime(source, target);
    }
    DurableFiles.sync(target);
  }

  /** Removes what an interrupted one left, but for what nothing else is left of. */
  static void sweep(Path target) throws IOException {
    FileTrees.delete(beside(target, ".restoring"));
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      FileTrees.delete(beside(target, ".replaced"));
    }
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
      FileTrees.delete(target.resolve(WITHIN));
    }
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
