package dev.lockstep.atomicupdates.backup;

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
   * What stands against copying them to a folder that is there: too little room, or that a path is
   * itself a link, of which no more than the link would be copied and put back.
   */
  Optional<String> obstacle(Path there, List<String> paths) throws IOException {
    for (String path : paths) {
      if (Files.isSymbolicLink(Backups.inside(home, path))) {
        return Optional.of(
            "%s is a symbolic link, and what it points at would not be in the backup; make it a folder, and put %s as a whole where there is room"
                .formatted(Backups.inside(home, path), home));
      }
    }
    long usable = Files.getFileStore(there).getUsableSpace();
    long needed = needed(paths);
    needed = usable < needed ? allocated(paths).orElse(needed) : needed;
    return usable < needed
        ? Optional.of("%s needs %d bytes and has %d; make room".formatted(there, needed, usable))
        : Optional.empty();
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
