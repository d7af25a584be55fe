package dev.lockstep.atomicupdates.slots;

import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.atomicupdates.port.FaultPoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A symbolic link that is switched by one rename(2) of a prepared link, then made durable by fsync
 * of its folder. At every instant it points at the old or at the new target.
 */
final class ActiveLink {
  private final Path link;
  private final Path prepared;
  private final String name;
  private final FaultPoints faults;

  ActiveLink(Path folder, String name, FaultPoints faults) {
    this.link = folder.resolve(name);
    this.prepared = folder.resolve("." + name + ".next");
    this.name = name;
    this.faults = faults;
  }

  Path path() {
    return link;
  }

  /** What it points at, relative to its folder; empty where there is no link. */
  Optional<Path> target() throws IOException {
    return Files.isSymbolicLink(link)
        ? Optional.of(Files.readSymbolicLink(link))
        : Optional.empty();
  }

  /** Points it at the target; harmless where it does already. */
  void switchTo(Path target) throws IOException {
    if (target().filter(target::equals).isEmpty()) {
      Disk.deleteIfExists(prepared);
      Disk.createLink(prepared, target);
      faults.reached("link." + name + ".prepared");
      Disk.rename(prepared, link);
      faults.reached("link." + name + ".switched");
    }
    // Also where nothing was to be switched: the crash may have come between rename and fsync.
    DurableFiles.sync(link.getParent());
    faults.reached("link." + name + ".synced");
  }

  /** Removes it; harmless where there is none. */
  void remove() throws IOException {
    sweep();
    Disk.deleteIfExists(link);
    faults.reached("link." + name + ".removed");
    if (Files.isDirectory(link.getParent(), LinkOption.NOFOLLOW_LINKS)) {
      DurableFiles.sync(link.getParent());
    }
  }

  /** Removes what an interrupted switch left. */
  void sweep() throws IOException {
    Disk.deleteIfExists(prepared);
  }
}
