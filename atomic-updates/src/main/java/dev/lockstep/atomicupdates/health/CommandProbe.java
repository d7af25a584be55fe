package dev.lockstep.atomicupdates.health;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Healthy where a command ends with 0 in time. */
final class CommandProbe implements Probe {
  /** EX_TEMPFAIL of sysexits.h: it cannot tell yet. */
  private static final int NOT_YET = 75;

  private final Supplier<ProcessBuilder> command;
  private final Duration timeout;

  CommandProbe(Supplier<ProcessBuilder> command, Duration timeout) {
    this.command = command;
    this.timeout = timeout;
  }

  @Override
  public Answer ask(ReleaseVersion expected) throws InterruptedException {
    Process process;
    try {
      process =
          command
              .get()
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException failed) {
      return Answer.silent("could not be asked by its command (" + failed.getMessage() + ")");
    }
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return Answer.silent("did not answer its command within " + timeout.toMillis() + " ms");
      }
      String answer = "answered its command with exit " + process.exitValue();
      return switch (process.exitValue()) {
        case 0 -> Answer.well();
        case NOT_YET -> Answer.silent(answer);
        default -> Answer.unwell(answer);
      };
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
