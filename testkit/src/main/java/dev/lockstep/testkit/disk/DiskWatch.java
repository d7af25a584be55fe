package dev.lockstep.testkit.disk;

import java.io.IOException;

/** Hears of changes on the thread that makes them. */
public interface DiskWatch {
  /** The change is about to happen; it does not where this throws. */
  void before(DiskChange change) throws IOException;

  /** The change has happened. */
  void after(DiskChange change);
}
