package dev.lockstep.atomicupdates.backup;

import dev.lockstep.atomicupdates.files.MountPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The data of a component as they are now, before a backup is made of them. */
final class BackedUpData {
  private final Path home;
  private final LargeFiles large;

  BackedUpData(Path home, LargeFiles large) {
    this.home = home;
    this.large = large;
  }

  /**
   * What stands against copying them to a folder that is there, or against putting them back from
   * it: too little room, also on a disk that is mounted at a path and takes the old and the new
   * data while they are put back; a path that is itself a link; or something mounted where it
   * cannot be exchanged.
   */
  Optional<String> obstacle(Path there, List<String> paths) throws IOException {
    MountPoints mounts = MountPoints.now();
    for (String path : paths) {
      Optional<String> fixed = fixed(Backups.inside(home, path), mounts);
      if (fixed.isPresent()) {
        return fixed;
      }
      if (mounts.has(Backups.inside(home, path))) {
        Optional<String> full = room(Backups.inside(home, path), List.of(path));
        if (full.isPresent()) {
          return full;
        }
      }
    }
    return room(there, paths);
  }

  /** What is missing for another copy of these paths. */
  private Optional<String> room(Path there, List<String> paths) throws IOException {
    long usable = Files.getFileStore(there).getUsableSpace();
    long needed = needed(paths);
    needed = usable < needed ? allocated(paths).orElse(needed) : needed;
    return usable < needed
        ? Optional.of("%s needs %d bytes and has %d; make room".formatted(there, needed, usable))
        : Optional.empty();
  }

  private Optional<String> fixed(Path data, MountPoints mounts) throws IOException {
    if (Files.isSymbolicLink(data)) {
      return Optional.of(
          "%s is a symbolic link, and what it points at would not be in the backup; make it a folder, and put %s as a whole where there is room"
              .formatted(data, home));
    }
    if (mounts.has(data) && !Files.isDirectory(data)) {
      return Optional.of(
          "%s is a file that is mounted there, and could not be put back; mount the folder that it is in"
              .formatted(data));
    }
    return mounts.below(data).stream()
        .findFirst()
        .map(
            inner ->
                "%s is mounted within %s, and could not be put back with it; mount at %s itself, or keep it out of the data that are backed up"
                    .formatted(inner, data, data));
  }

  /** Bytes of the files at these paths. */
  long needed(List<String> paths) throws IOException {
    long needed = 0;
    for (String path : paths) {
      needed += TreeCopy.size(Backups.inside(home, path));
    }
    return needed;
  }

  /** Without the holes in their files. */
  private OptionalLong allocated(List<String> paths) throws IOException {
    List<Path> present = new ArrayList<>();
    for (String path : paths) {
      if (Files.exists(Backups.inside(home, path), LinkOption.NOFOLLOW_LINKS)) {
        present.add(Backups.inside(home, path));
      }
    }
    return large.allocated(present);
  }
}
