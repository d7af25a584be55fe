package dev.lockstep.repository.command;

import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.RepositorySettings;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a repository and the keys that it still lacks. */
@Command(
    name = "init",
    description = "Make a repository with the channels stable, beta and dev.",
    mixinStandardHelpOptions = true)
public final class InitCommand implements Callable<Integer> {
  @Mixin private Places places;
  @Spec private CommandSpec spec;

  @Option(
      names = "--expiry",
      paramLabel = "ROLE=TIME",
      description =
          "How long a role's metadata is valid: 90m, 12h, 30d. Roles: root, targets, "
              + "snapshot (30d), timestamp (7d), stable, beta, dev (365d where not told).")
  private Map<String, String> expiry = Map.of();

  @Option(
      names = "--threshold",
      paramLabel = "ROLE=N",
      description = "How many keys must sign a role (default: 1). As many are made.")
  private Map<String, Integer> thresholds = Map.of();

  @Option(
      names = "--encrypt",
      description =
          "Encrypt new keys with a passphrase: from LOCKSTEP_KEY_PASSPHRASE, or asked for.")
  private boolean encrypt;

  @Override
  public Integer call() {
    Publisher publisher =
        Publisher.initialize(
            places.repository(), places.keys(encrypt), settings(), Clock.systemUTC());
    PrintWriter out = spec.commandLine().getOut();
    out.println("made the repository " + publisher.directory().folder());
    out.println("keys are in " + places.keys(false).folder() + "; keep them off the devices");
    out.println(
        "put "
            + publisher.directory().rootFile()
            + " on every device and name it there in"
            + " source.root_file");
    return CommandLine.ExitCode.OK;
  }

  private RepositorySettings settings() {
    RepositorySettings settings = RepositorySettings.defaults();
    try {
      for (Map.Entry<String, String> one : expiry.entrySet()) {
        settings = settings.withExpiry(role(one.getKey()), duration(one.getValue()));
      }
      for (Map.Entry<String, Integer> one : thresholds.entrySet()) {
        settings = settings.withThreshold(role(one.getKey()), one.getValue());
      }
      return settings;
    } catch (RepositoryException.Refused outOfRange) {
      throw usage(outOfRange.getMessage());
    }
  }

  private String role(String name) {
    if (!RepositorySettings.ROLES.contains(name)) {
      throw usage("there is no role " + name + "; use one of " + RepositorySettings.ROLES);
    }
    return name;
  }

  private Duration duration(String text) {
    if (text.matches("[1-9][0-9]{0,5}[mhd]")) {
      long number = Long.parseLong(text.substring(0, text.length() - 1));
      return switch (text.charAt(text.length() - 1)) {
        case 'm' -> Duration.ofMinutes(number);
        case 'h' -> Duration.ofHours(number);
        default -> Duration.ofDays(number);
      };
    }
    throw usage("\"" + text + "\" is not a time; write 90m, 12h or 30d");
  }

  private CommandLine.ParameterException usage(String why) {
    return new CommandLine.ParameterException(spec.commandLine(), why);
  }
}
