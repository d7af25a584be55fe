package dev.lockstep.testkit.disk;

import java.io.IOException;
import java.nio.file.Path;

/** Hears of changes on the thread that makes them. */
public interface DiskWatch {
  /** The change is about to happen; it does not where this throws. */
  void before(DiskChange change) throws IOException;

  /** A folder is about to be listed, which changes nothing; it is not where this throws. */
  default void listing(Path folder) throws IOException {
    // Most only watch changes.
  }

  /** The change has happened. */
  void after(DiskChange change);
}
