package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.protocol.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockstep keygen}: a key for the bus, as a pair of ZeroMQ certificate files. */
@Command(
    name = "keygen",
    mixinStandardHelpOptions = true,
    description =
        "Makes a key for the bus: NAME.key (public) and NAME.key_secret (for its owner only).")
final class KeygenCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "NAME",
      description = "Whose key: a device's id, \"broker\", a person's tool.")
  private String name;

  @Option(
      names = "--role",
      required = true,
      description = "What it may publish: ${COMPLETION-CANDIDATES}.")
  private Role role;

  @Option(
      names = "--device",
      paramLabel = "ID",
      description =
          "The only device that a device or component may speak for (default: NAME; a component's"
              + " must be given).")
  private String device;

  @Option(
      names = "--component",
      paramLabel = "ID",
      description = "The only component that a component may speak for (default: NAME).")
  private String component;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where both files go (default: here).")
  private Path folder;

  @Option(
      names = "--authorize",
      paramLabel = "DIR",
      description = "The broker's bus.authorized_keys: a copy of the public file goes there.")
  private Path authorized;

  @Override
  public Integer call() throws IOException {
    if (!name.matches("[a-z0-9][a-z0-9._-]{0,63}")) {
      throw new UsageException(
          "cannot name a key \"" + name + "\"; use lower-case letters, digits, '.', '_' and '-'");
    }
    Files.createDirectories(folder);
    if (Files.exists(folder.resolve(name + ".key_secret"))) {
      throw new UsageException(
          "cannot make a key: " + folder.resolve(name + ".key_secret") + " is there already");
    }
    Certificate certificate = bound(Certificate.generate(name, role));
    System.out.println(certificate.write(folder, name));
    if (authorized != null) {
      Files.createDirectories(authorized);
      System.out.println(certificate.publicOnly().write(authorized, name));
    }
    return ExitCode.OK.code();
  }

  /** Devices and components speak for themselves only. */
  private Certificate bound(Certificate certificate) {
    if (role == Role.COMPONENT && device == null) {
      throw new UsageException(
          "cannot make a key for a component without its device; name it with --device");
    }
    if (component != null && role != Role.COMPONENT) {
      throw new UsageException("--component is for the role component only");
    }
    Certificate result = device == null ? certificate : certificate.forDevice(device);
    return component == null ? result : result.forComponent(component);
  }
}
