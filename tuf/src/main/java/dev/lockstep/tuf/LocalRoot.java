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
   * Trust in the current root, or in the newest one of the history that is well formed and signed
   * by itself.
   */
  static Optional<TrustedMetadataSet> find(MetadataStore store, Instant startTime) {
    Optional<TrustedMetadataSet> current =
        store.load("root").flatMap(bytes -> trust(bytes, startTime, "current"));
    if (current.isPresent()) {
      return current;
    }
    for (long version : store.rootHistory()) {
      Optional<TrustedMetadataSet> older =
          store.loadRoot(version).flatMap(bytes -> trust(bytes, startTime, "version " + version));
      if (older.isPresent()) {
        return older;
      }
    }
    return Optional.empty();
  }

  private static Optional<TrustedMetadataSet> trust(byte[] bytes, Instant startTime, String which) {
    try {
      return Optional.of(TrustedMetadataSet.startingFrom(bytes, startTime));
    } catch (TufException e) {
      LOG.warn("Passing over the stored root ({}): {}", which, e.getMessage());
      return Optional.empty();
    }
  }
}
