package dev.lockstep.tuf;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps verified metadata from one run to the next.
 *
 * <p>What it gives back is verified again: a store may be damaged, and is then the same as empty.
 * Every failure of the medium is a {@link StoreException}. Writes are atomic and durable: after a
 * crash a document is the old or the new one.
 */
public interface MetadataStore {

  /** Waits for the right to write, which one holder has at a time, over all processes. */
  Lease acquire();

  /** The right to write; closing gives it back. */
  interface Lease extends AutoCloseable {
    @Override
    void close();
  }

  /** The stored document of a role, {@code root} included, as it was saved. */
  Optional<byte[]> load(String role);

  /** Keeps the document of a role other than root. */
  void save(String role, byte[] bytes);

  /** Forgets the document of a role other than root; nothing happens if there is none. */
  void delete(String role);

  /** Keeps a root as the current one, and in the history. */
  void saveRoot(long version, byte[] bytes);

  /** The versions of the roots that are kept, newest first. */
  List<Long> rootHistory();

  /** A root of the history. */
  Optional<byte[]> loadRoot(long version);

  /**
   * A folder for files that are not whole yet, if the store has one: what is there is nobody's
   * metadata and nobody's target.
   */
  default Optional<Path> scratch() {
    return Optional.empty();
  }

  /**
   * When the last refresh succeeded, by the clock of that time; empty for a store that does not
   * keep it. A clock that is before it is wrong.
   */
  default Optional<Instant> lastRefresh() {
    return Optional.empty();
  }

  /** Keeps the time of a refresh that succeeded. */
  default void recordRefresh(Instant time) {}

  /** Keeps notes on what was verified; empty for a store that does not. */
  default Optional<byte[]> loadRecord() {
    return Optional.empty();
  }

  /** Keeps notes on what was verified, in place of those before. */
  default void saveRecord(byte[] bytes) {}

  /**
   * Something short, without white space, that is another one after the stored document of a role
   * has changed, found without reading the document. Empty if there is none; the document is read
   * then.
   */
  default Optional<String> stamp(String role) {
    return Optional.empty();
  }

  /**
   * Gives the store its first root, which came with the installation. A store that already has a
   * usable root keeps it, whatever its version: trust moves on by the chain of roots only.
   *
   * @return whether the root was taken
   * @throws MalformedException if the bytes are not a root
   * @throws SignatureException if the root is not signed by its own keys
   */
  default boolean initializeRoot(byte[] root) {
    TrustedMetadataSet offered = TrustedMetadataSet.startingFrom(root, Instant.MIN);
    try (Lease lease = acquire()) {
      if (LocalRoot.find(this, Instant.MIN).isPresent()) {
        return false;
      }
      saveRoot(offered.root().version(), root);
      return true;
    }
  }
}
