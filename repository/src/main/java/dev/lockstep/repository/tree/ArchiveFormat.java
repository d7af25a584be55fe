package dev.lockstep.repository.tree;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Archives that can carry a tree. */
public enum ArchiveFormat {
  /** Read everywhere. */
  TAR_GZ("tar.gz"),
  /** Smaller and faster to unpack. */
  TAR_ZST("tar.zst"),
  /** Zip files and Java archives; only read, never made. */
  ZIP("zip");

  private final String extension;

  ArchiveFormat(String extension) {
    this.extension = extension;
  }

  /** How target paths end, and the format's name in a release description. */
  public String extension() {
    return extension;
  }

  /** The format that a file's name tells. */
  public static Optional<ArchiveFormat> ofFileName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".tgz")) {
      return Optional.of(TAR_GZ);
    }
    if (lower.endsWith(".jar") || lower.endsWith(".war")) {
      return Optional.of(ZIP);
    }
    return Arrays.stream(values())
        .filter(format -> lower.endsWith("." + format.extension))
        .findFirst();
  }
}
