package dev.lockstep.app.command;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The settings file of a process that keeps running. */
final class SettingsOption {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      defaultValue = "${env:LOCKSTEP_CONFIG:-/etc/lockstep/lockstep.yaml}",
      description = "Settings (default: ${DEFAULT-VALUE}).")
  private Path file;

  Path file() {
    return file;
  }
}
