package dev.lockstep.repository.command;

import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.repository.key.KeyType;
import java.time.Duration;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Reads names and times on the command line; what is none of them is wrong usage. */
final class Names {
  private Names() {}

  static String requireRole(CommandSpec spec, String name) {
    if (!RepositorySettings.ROLES.contains(name)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "there is no role " + name + "; use one of " + RepositorySettings.ROLES);
    }
    return name;
  }

  static KeyType keyType(CommandSpec spec, String name) {
    return KeyType.named(name)
        .orElseThrow(
            () ->
                new CommandLine.ParameterException(
                    spec.commandLine(),
                    "there is no key type "
                        + name
                        + "; use one of "
                        + Arrays.stream(KeyType.values()).map(KeyType::scheme).toList()));
  }

  static Duration duration(CommandSpec spec, String text) {
    if (text.matches("[1-9][0-9]{0,5}[mhd]")) {
      long number = Long.parseLong(text.substring(0, text.length() - 1));
      return switch (text.charAt(text.length() - 1)) {
        case 'm' -> Duration.ofMinutes(number);
        case 'h' -> Duration.ofHours(number);
        default -> Duration.ofDays(number);
      };
    }
    throw new CommandLine.ParameterException(
        spec.commandLine(), "\"" + text + "\" is not a time; write 90m, 12h or 30d");
  }
}
