package dev.lockstep.repository.command;

import dev.lockstep.repository.Publisher;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Signs snapshot and timestamp anew. */
@Command(
    name = "refresh",
    description = "Sign snapshot and timestamp anew, so that they do not expire; for cron.",
    mixinStandardHelpOptions = true)
public final class RefreshCommand implements Callable<Integer> {
  @Mixin private Places places;

  @Override
  public Integer call() {
    Publisher.open(places.repository(), places.keys(false), Clock.systemUTC()).refresh();
    return CommandLine.ExitCode.OK;
  }
}
