package dev.lockstep.repository.command;

import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.key.Passphrases;
import java.io.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The passphrase from the environment variable {@value #VARIABLE}, or asked for on the terminal:
 * once for a key that exists, twice for the first new one.
 */
final class PromptedPassphrases implements Passphrases {
  static final String VARIABLE = "LOCKSTEP_KEY_PASSPHRASE";

  /** Asks without showing what is typed. */
  @FunctionalInterface
  interface Terminal {
    /** What was typed; null at its end. */
    char[] ask(String question);

    /** The terminal, if the process has one. */
    static Optional<Terminal> ofProcess() {
      Console console = System.console();
      return Optional.ofNullable(console)
          .map(terminal -> question -> terminal.readPassword("%s", question));
    }
  }

  private final boolean encryptNew;
  private final Optional<String> given;
  private final Supplier<Optional<Terminal>> terminal;
  private char[] chosen;

  /** Whether new keys are encrypted although the environment variable is not set. */
  PromptedPassphrases(boolean encryptNew) {
    this(encryptNew, Optional.ofNullable(System.getenv(VARIABLE)), Terminal::ofProcess);
  }

  PromptedPassphrases(
      boolean encryptNew, Optional<String> given, Supplier<Optional<Terminal>> terminal) {
    this.encryptNew = encryptNew;
    this.given = given.filter(passphrase -> !passphrase.isEmpty());
    this.terminal = terminal;
  }

  @Override
  public Optional<char[]> forKey(Path file) {
    if (given.isPresent()) {
      return given.map(String::toCharArray);
    }
    if (Files.exists(file)) {
      return terminal.get().map(asking -> asking.ask("Passphrase of " + file + ": "));
    }
    return encryptNew ? Optional.of(forNew(file)) : Optional.empty();
  }

  private char[] forNew(Path file) {
    if (chosen == null) {
      Optional<Terminal> asking = terminal.get();
      char[] first = asking.map(one -> one.ask("Passphrase for new keys: ")).orElse(null);
      char[] second = asking.map(one -> one.ask("The same again: ")).orElse(null);
      if (first == null || first.length == 0 || !Arrays.equals(first, second)) {
        throw new RepositoryException.KeyUnusable(
            "encrypt key " + file,
            asking.isEmpty() ? "there is no terminal" : "the passphrases are empty or differ",
            "set " + VARIABLE + " or type the same passphrase twice");
      }
      chosen = first;
    }
    return chosen.clone();
  }
}
