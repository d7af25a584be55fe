package dev.lockstep.atomicupdates.engine;

import dev.lockstep.testkit.disk.DiskChange;
import dev.lockstep.testkit.disk.DiskWatch;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Refuses one change of the disk, the n-th, once; everything else is done. */
final class DiskFaults implements DiskWatch {
  private static final List<String> ERRORS = List.of("ENOSPC", "EIO", "EACCES");
  private volatile int at;
  private final AtomicInteger count = new AtomicInteger();
  final List<String> refused = new CopyOnWriteArrayList<>();

  /** Refuses the n-th change, from 1; 0 for none. */
  DiskFaults(int at) {
    this.at = at;
  }

  @Override
  public void before(DiskChange change) throws IOException {
    if (count.incrementAndGet() == at) {
      String error = ERRORS.get(at % ERRORS.size());
      refused.add(error + " for " + change);
      throw failure(error, change.path());
    }
  }

  private static IOException failure(String error, Path path) {
    return switch (error) {
      case "ENOSPC" -> new FileSystemException(path.toString(), null, "No space left on device");
      case "EIO" -> new FileSystemException(path.toString(), null, "Input/output error");
      default -> new AccessDeniedException(path.toString());
    };
  }

  /** Counts anew from here, and refuses the n-th change from here. */
  void from(int change) {
    count.set(0);
    at = change;
  }

  @Override
  public void after(DiskChange change) {
    // Only what is asked for can be refused.
  }

  /** From here on everything is done, also where fewer changes were made than in another run. */
  void end() {
    at = 0;
  }

  int count() {
    return count.get();
  }
}
