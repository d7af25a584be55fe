package dev.lockstep.atomicupdates.health;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Healthy where a command ends with 0 in time. */
final class CommandProbe implements Probe {
  private final Supplier<ProcessBuilder> command;
  private final Duration timeout;

  CommandProbe(Supplier<ProcessBuilder> command, Duration timeout) {
    this.command = command;
    this.timeout = timeout;
  }

  @Override
  public Optional<String> trouble() throws InterruptedException {
    Process process;
    try {
      process =
          command
              .get()
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException failed) {
      return Optional.of("could not be asked by its command (" + failed.getMessage() + ")");
    }
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return Optional.of("did not answer its command within " + timeout.toMillis() + " ms");
      }
      return process.exitValue() == 0
          ? Optional.empty()
          : Optional.of("answered its command with exit " + process.exitValue());
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
