package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.files.DurableFiles;
import dev.lockstep.atomicupdates.staging.TreeVerifier.Difference;
import dev.lockstep.atomicupdates.staging.TufStager.Checkpoint;
import dev.lockstep.atomicupdates.staging.TufStager.Point;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * From a tree that was written to a slot, wherever the tree came from: check, sync, describe, and
 * the slot's name last.
 */
final class SlotNaming {
  private static final int SLOT_MODE = 0755;

  private final StagingFolders folders;
  private final Checkpoint checkpoint;

  SlotNaming(StagingFolders folders, Checkpoint checkpoint) {
    this.folders = folders;
    this.checkpoint = checkpoint;
  }

  /** Gives the folder the slot's name; before that it is on the disk as the manifest says. */
  void name(Path folder, SlotFacts facts) throws IOException {
    Modes.write(folder, SLOT_MODE);
    checkpoint.reached(Point.UNPACKED);
    List<Difference> differences = TreeVerifier.verifyShape(folder, facts.manifest());
    if (!differences.isEmpty()) {
      throw StagingFailures.mismatch(facts.name(), "on disk " + differences.get(0));
    }
    TreeSync.sync(folder, facts.manifest());
    checkpoint.reached(Point.SYNCED);
    folders.describe(facts);
    checkpoint.reached(Point.DESCRIBED);
    DurableFiles.rename(folder, folders.slot(facts.manifest().version()));
    checkpoint.reached(Point.NAMED);
  }
}
