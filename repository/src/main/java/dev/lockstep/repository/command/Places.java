package dev.lockstep.repository.command;

import dev.lockstep.repository.key.KeyFolder;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the repository and the keys are. */
final class Places {
  @Option(
      names = "--repository",
      paramLabel = "DIR",
      defaultValue = "${env:LOCKSTEP_REPOSITORY:-repository}",
      description = "Folder of the repository (default: ${DEFAULT-VALUE}).")
  private Path repository;

  @Option(
      names = "--keys",
      paramLabel = "DIR",
      defaultValue = "${env:LOCKSTEP_KEYS:-keys}",
      description = "Folder of the private keys (default: ${DEFAULT-VALUE}).")
  private Path keys;

  Path repository() {
    return repository;
  }

  KeyFolder keys(boolean encryptNew) {
    return new KeyFolder(keys, new PromptedPassphrases(encryptNew));
  }
}
