package dev.lockstep.repository.command;

import dev.lockstep.repository.key.PublicKeyFile;
import java.nio.file.Path;
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
      names = "--type",
      paramLabel = "TYPE",
      defaultValue = "ed25519",
      description =
          "ed25519, ecdsa-sha2-nistp256 or rsassa-pss-sha256 (default: ${DEFAULT-VALUE}).")
  private String type;

  @Option(
      names = "--public",
      paramLabel = "FILE",
      description = "Also write the public part to a file, for rotate --public-key elsewhere.")
  private Path publicFile;

  @Option(
      names = "--encrypt",
      description = "Encrypt with a passphrase: from LOCKSTEP_KEY_PASSPHRASE, or asked for.")
  private boolean encrypt;

  @Override
  public Integer call() {
    Names.requireRole(spec, role);
    Path file = places.keys(encrypt).generate(role, Names.keyType(spec, type));
    if (publicFile != null) {
      PublicKeyFile.read(file).writeTo(publicFile);
    }
    spec.commandLine().getOut().println(file);
    return CommandLine.ExitCode.OK;
  }
}
