package dev.lockstep.atomicupdates.staging;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Removes a tree, also one whose folders forbid their owner to write. Never follows a link. */
public final class TreeRemoval {
  private static final int OWNER_MAY_ALL = 0700;

  private TreeRemoval() {}

  /**
   * Removes a folder with everything in it, or a single file or link; nothing happens where nothing
   * is. A crash in between leaves a part of it.
   */
  public static void remove(Path tree) throws IOException {
    if (Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
      Modes.write(tree, OWNER_MAY_ALL);
      try (DirectoryStream<Path> children = Files.newDirectoryStream(tree)) {
        for (Path child : children) {
          remove(child);
        }
      }
    }
    Files.deleteIfExists(tree);
  }
}
