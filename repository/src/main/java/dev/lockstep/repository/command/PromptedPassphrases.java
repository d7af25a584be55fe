package dev.lockstep.repository.command;

import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.key.Passphrases;
import java.io.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The passphrase from the environment variable {@value #VARIABLE}, or asked for on the terminal:
 * once for a key that exists, twice for the first new one.
 */
final class PromptedPassphrases implements Passphrases {
  static final String VARIABLE = "LOCKSTEP_KEY_PASSPHRASE";

  private final boolean encryptNew;
  private char[] chosen;

  /** Whether new keys are encrypted although the environment variable is not set. */
  PromptedPassphrases(boolean encryptNew) {
    this.encryptNew = encryptNew;
  }

  @Override
  public Optional<char[]> forKey(Path file) {
    String given = System.getenv(VARIABLE);
    if (given != null && !given.isEmpty()) {
      return Optional.of(given.toCharArray());
    }
    if (Files.exists(file)) {
      return Optional.ofNullable(System.console())
          .map(console -> console.readPassword("Passphrase of %s: ", file));
    }
    return encryptNew ? Optional.of(forNew(file)) : Optional.empty();
  }

  private char[] forNew(Path file) {
    if (chosen == null) {
      Console console = System.console();
      char[] first = console == null ? null : console.readPassword("Passphrase for new keys: ");
      char[] second = console == null ? null : console.readPassword("The same again: ");
      if (first == null || first.length == 0 || !Arrays.equals(first, second)) {
        throw new RepositoryException.KeyUnusable(
            "encrypt key " + file,
            console == null ? "there is no terminal" : "the passphrases are empty or differ",
            "set " + VARIABLE + " or type the same passphrase twice");
      }
      chosen = first;
    }
    return chosen.clone();
  }
}
