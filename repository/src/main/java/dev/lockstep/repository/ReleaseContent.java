package dev.lockstep.repository;

import dev.lockstep.protocol.release.InStore;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.repository.tree.ArchiveFormat;
import java.nio.file.Path;

/** What a release is made of. */
public sealed interface ReleaseContent {

  /** A tree that the repository carries and devices install. */
  sealed interface Carried extends ReleaseContent {}

  /**
   * A folder that is packed into an archive. A file VERSION is added where it is missing.
   *
   * @param folder the tree's root
   * @param format tar.gz or tar.zst
   */
  record Tree(Path folder, ArchiveFormat format) implements Carried {}

  /**
   * An archive that is published as it is, byte for byte.
   *
   * @param file tar.gz, tar.zst or zip
   * @param prefix folder inside the archive that is the tree's root; empty for the archive's root
   */
  record Archive(Path file, String prefix) implements Carried {}

  /**
   * An archive whose manifest was made elsewhere, for example on the machine that built it. It is
   * not checked whether the two fit each other; every device does that when it stages the release.
   *
   * @param file the archive
   * @param format its format
   * @param prefix folder inside the archive that is the tree's root; empty for the archive's root
   * @param manifest what the tree is
   */
  record Described(Path file, ArchiveFormat format, String prefix, Manifest manifest)
      implements Carried {}

  /**
   * Nothing: people get the release from a store, and devices tell them so.
   *
   * @param place where, and from which version on they need not
   */
  record External(InStore place) implements ReleaseContent {}

  /** A folder, packed as tar.gz. */
  static Carried tree(Path folder) {
    return new Tree(folder, ArchiveFormat.TAR_GZ);
  }

  /** An archive whose root is the tree's root. */
  static Carried archive(Path file) {
    return new Archive(file, "");
  }

  /** An archive with the tree in a folder of it. */
  static Carried archive(Path file, String prefix) {
    return new Archive(file, prefix);
  }
}
