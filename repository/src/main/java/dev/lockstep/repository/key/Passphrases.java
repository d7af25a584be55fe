package dev.lockstep.repository.key;

import java.nio.file.Path;
import java.util.Optional;

/** Where the passphrase of an encrypted key file comes from. */
@FunctionalInterface
public interface Passphrases {
  /** Keys are plain files that only their owner can read. */
  Passphrases NONE = file -> Optional.empty();

  /**
   * The passphrase for a key file.
   *
   * @return a fresh array that the caller wipes; empty if there is none
   */
  Optional<char[]> forKey(Path file);

  /** Always the same passphrase. */
  static Passphrases of(String passphrase) {
    return file -> Optional.of(passphrase.toCharArray());
  }
}
