package dev.lockstep.repository.command;

import dev.lockstep.repository.RepositorySettings;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes one key. */
@Command(
    name = "keygen",
    description = "Make a private key for a role; init uses the keys that it finds.",
    mixinStandardHelpOptions = true)
public final class KeygenCommand implements Callable<Integer> {
  @Mixin private Places places;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "ROLE",
      description = "root, targets, snapshot, timestamp, stable, beta or dev.")
  private String role;

  @Option(
      names = "--encrypt",
      description = "Encrypt with a passphrase: from LOCKSTEP_KEY_PASSPHRASE, or asked for.")
  private boolean encrypt;

  @Override
  public Integer call() {
    if (!RepositorySettings.ROLES.contains(role)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "there is no role " + role + "; use one of " + RepositorySettings.ROLES);
    }
    spec.commandLine().getOut().println(places.keys(encrypt).generate(role));
    return CommandLine.ExitCode.OK;
  }
}
