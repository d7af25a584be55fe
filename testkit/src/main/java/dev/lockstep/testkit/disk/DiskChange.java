package dev.lockstep.testkit.disk;

import java.nio.file.Path;

/**
 * One change of the disk that a program asks for.
 *
 * @param kind what
 * @param path of what; the real one
 * @param other the new name of a rename, what a link points at; null otherwise
 * @param at position of a write, new size of a truncation, permission bits of a new mode, 0
 *     otherwise
 * @param content what a write writes; empty otherwise
 */
public record DiskChange(Kind kind, Path path, Path other, long at, byte[] content) {
  /** Kinds of changes; opening for reading changes nothing and fails all the same. */
  public enum Kind {
    READ,
    OPEN,
    CREATE,
    WRITE,
    TRUNCATE,
    SYNC,
    RENAME,
    DELETE,
    FOLDER,
    LINK,
    MODE,
    TIME
  }

  static DiskChange of(Kind kind, Path path) {
    return new DiskChange(kind, path, null, 0, new byte[0]);
  }

  static DiskChange of(Kind kind, Path path, Path other) {
    return new DiskChange(kind, path, other, 0, new byte[0]);
  }

  @Override
  public String toString() {
    return kind + " " + path + (other == null ? "" : " " + other);
  }
}
