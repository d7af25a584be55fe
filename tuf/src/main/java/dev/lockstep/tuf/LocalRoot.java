package dev.lockstep.tuf;

import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the newest usable root in a store, so that one damaged file does not end all trust. */
final class LocalRoot {
  private static final Logger LOG = LoggerFactory.getLogger(LocalRoot.class);

  private LocalRoot() {}

  /**
   * The current root, or the newest one of the history that is well formed and signed by itself.
   */
  static Optional<byte[]> find(MetadataStore store) {
    Optional<byte[]> current = store.load("root").filter(bytes -> isUsable(bytes, "current"));
    if (current.isPresent()) {
      return current;
    }
    for (long version : store.rootHistory()) {
      Optional<byte[]> older =
          store.loadRoot(version).filter(bytes -> isUsable(bytes, "version " + version));
      if (older.isPresent()) {
        return older;
      }
    }
    return Optional.empty();
  }

  private static boolean isUsable(byte[] bytes, String which) {
    try {
      TrustedMetadataSet.startingFrom(bytes, Instant.MIN);
      return true;
    } catch (TufException e) {
      LOG.warn("Passing over the stored root ({}): {}", which, e.getMessage());
      return false;
    }
  }
}
