package dev.lockstep.repository.command;

import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.Rotation;
import dev.lockstep.repository.key.PublicKeyFile;
import dev.lockstep.tuf.metadata.Key;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Replaces keys of a role. */
@Command(
    name = "rotate",
    description = "Replace the keys of a role; devices follow by themselves.",
    mixinStandardHelpOptions = true)
public final class RotateCommand implements Callable<Integer> {
  @Mixin private Changes changes;
  @Spec private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "ROLE",
      description =
          "root, targets, snapshot, timestamp, stable, beta or dev; several change at once.")
  private List<String> roles;

  @Option(
      names = "--replace",
      paramLabel = "KEYID",
      description = "Replace only the key whose id begins like this (default: all of the role).")
  private List<String> replaced = List.of();

  @Option(names = "--add", description = "Add a key and replace none.")
  private boolean add;

  @Option(names = "--threshold", description = "How many keys must sign from now on.")
  private Integer threshold;

  @Option(
      names = "--key-type",
      paramLabel = "TYPE",
      defaultValue = "ed25519",
      description =
          "Of new keys: ed25519, ecdsa-sha2-nistp256 or rsassa-pss-sha256 (default:"
              + " ${DEFAULT-VALUE}).")
  private String type;

  @Option(
      names = "--public-key",
      paramLabel = "FILE",
      description = "Use a key that was made elsewhere with keygen --public; may be repeated.")
  private List<Path> given = List.of();

  @Option(
      names = "--encrypt",
      description =
          "Encrypt new keys with a passphrase: from LOCKSTEP_KEY_PASSPHRASE, or asked for.")
  private boolean encrypt;

  @Override
  public Integer call() {
    roles.forEach(role -> Names.requireRole(spec, role));
    if (roles.size() > 1 && !(replaced.isEmpty() && given.isEmpty())) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--replace and --public-key go with one role");
    }
    if (add && !replaced.isEmpty()) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--add replaces none; leave --replace out");
    }
    Rotation[] rotations = roles.stream().map(this::rotation).toArray(Rotation[]::new);
    Publisher publisher = changes.publisher(encrypt);
    publisher.rotate(rotations);
    spec.commandLine().getOut().println("rotated the keys of " + String.join(", ", roles));
    changes.report(publisher, spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }

  private Rotation rotation(String role) {
    Rotation rotation =
        Rotation.of(role)
            .withReplaced(replaced)
            .withAllKept(add)
            .withType(Names.keyType(spec, type))
            .withGiven(given.stream().map(file -> publicKey(role, file)).toList());
    return threshold == null ? rotation : rotation.withThreshold(threshold);
  }

  private Key publicKey(String role, Path file) {
    PublicKeyFile read = PublicKeyFile.read(file);
    if (!read.role().equals(role)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), file + " is a key for " + read.role() + ", not for " + role);
    }
    return read.key();
  }
}
