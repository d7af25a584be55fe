package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.SnapshotRole;

/** Refuses versions that go back (rollback attack) or do not belong together (mix-and-match). */
final class VersionOrder {
  private VersionOrder() {}

  static void checkNotOlder(String what, long before, long now) {
    if (now < before) {
      throw new RollbackException(
          "cannot trust the "
              + what
              + ": it is version "
              + now
              + ", but version "
              + before
              + " was seen before");
    }
  }

  static void checkIs(String what, long described, long found) {
    if (described != found) {
      throw new MixAndMatchException(
          "cannot trust the "
              + what
              + ": it is version "
              + found
              + " where "
              + described
              + " belongs");
    }
  }

  /** Section 5.5.5: every role that was listed still is, in no older version. */
  static void checkNothingGoesBack(SnapshotRole before, SnapshotRole after) {
    before
        .meta()
        .forEach(
            (file, old) -> {
              MetaFile now = after.meta().get(file);
              if (now == null) {
                throw new RollbackException(
                    "cannot trust the snapshot: it no longer lists " + file);
              }
              checkNotOlder(file, old.version(), now.version());
            });
  }
}
