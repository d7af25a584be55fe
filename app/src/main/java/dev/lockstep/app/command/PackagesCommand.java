package dev.lockstep.app.command;

import dev.lockstep.app.ExitCode;
import dev.lockstep.atomicupdates.process.PrivilegedSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code lockstep packages}: upgrades packages of the distribution through the root helper. */
@Command(
    name = "packages",
    mixinStandardHelpOptions = true,
    description = "Upgrades packages of this device that root allowed, after a dry run.")
final class PackagesCommand implements Callable<Integer> {
  private static final Duration DEADLINE = Duration.ofMinutes(70);

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  @Option(
      names = "--socket",
      defaultValue = "/run/lockstep/helper.sock",
      description = "The helper's socket (default: ${DEFAULT-VALUE}).")
  private Path socket;

  @Parameters(arity = "1..*", paramLabel = "NAME", description = "Packages.")
  private List<String> names;

  @Override
  public Integer call() {
    String request = "packages " + (dryRun ? "dry-run " : "upgrade ") + String.join(" ", names);
    try {
      PrivilegedSocket.Answer answer =
          new PrivilegedSocket(socket).ask(request, DEADLINE, System.out::println);
      answer.refusal().ifPresent(why -> System.err.println("lockstep: refused: " + why));
      return (answer.done() ? ExitCode.OK : ExitCode.FAILED).code();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED.code();
    } catch (IOException unreachable) {
      System.err.println(
          "lockstep: cannot reach the helper at %s: %s; systemctl start lockstep-helper.socket"
              .formatted(socket, unreachable.getMessage()));
      return ExitCode.UNREACHABLE.code();
    }
  }
}
