package dev.lockstep.atomicupdates.staging;

import dev.lockstep.tuf.Download;
import dev.lockstep.tuf.TargetFile;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Verified facts about targets, and their content. Everything throws {@code TufException}. */
interface ReleaseSource {
  /** Brings the metadata up to date; first. */
  void refresh();

  /** A target by its path. */
  Optional<TargetFile> find(String path);

  /**
   * All targets of a channel, those in the roles of its components included.
   *
   * @throws dev.lockstep.tuf.LimitException if there are very many such roles
   */
  List<TargetFile> targetsOf(String channel);

  /** The verified content of a small target. */
  byte[] fetchSmall(TargetFile target, long mostBytes);

  /** Where the content of a target is. */
  URI locate(TargetFile target);

  /** The content of a target from an offset on, unverified. */
  Download open(TargetFile target, long offset);
}
