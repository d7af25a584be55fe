package dev.lockstep.atomicupdates.health;

import dev.lockstep.atomicupdates.port.OwnWord;
import dev.lockstep.atomicupdates.port.ProcessControl.Run;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Healthy where the component says so on the bus: the process that runs now, in the version that is
 * expected, not too long ago. The word of a process before it does not count. Thread-safe.
 */
final class BusProbe implements Probe {
  private final Supplier<Optional<Run>> runs;
  private final Ticks ticks;
  private Heard last;

  private record Heard(OwnWord word, long nanos) {}

  /**
   * Has heard nothing yet.
   *
   * @param runs the start that lives now; empty where somebody else starts the component
   */
  BusProbe(Supplier<Optional<Run>> runs, Ticks ticks) {
    this.runs = runs;
    this.ticks = ticks;
  }

  synchronized void said(OwnWord word) {
    last = new Heard(word, ticks.nanos());
  }

  @Override
  public synchronized Answer ask(ReleaseVersion expected) {
    if (last == null) {
      return Answer.silent("has not announced itself on the bus");
    }
    OwnWord word = last.word();
    if (runs.get().filter(run -> !isOf(run, word)).isPresent()) {
      return Answer.silent("has not announced itself on the bus since it was started");
    }
    if (ticks.nanos() - last.nanos() > word.goodFor().toNanos()) {
      return Answer.silent(
          "has not announced itself on the bus since "
              + DateTimeFormatter.ISO_INSTANT
                  .withZone(ZoneOffset.UTC)
                  .format(word.at().truncatedTo(ChronoUnit.SECONDS)));
    }
    if (expected != null && !expected.equals(word.version())) {
      return Answer.unwell(
          "announces itself as " + (word.version() == null ? "no version" : word.version()));
    }
    return word.healthy()
        ? Answer.well(word.id())
        : Answer.unwell(
            "says that it is not healthy"
                + (word.problem().isEmpty() ? "" : " (" + word.problem() + ")"));
  }

  /** By what only that process was told; by time where it does not say, or was not told. */
  private static boolean isOf(Run run, OwnWord word) {
    if (!run.id().isEmpty() && !word.start().isEmpty()) {
      return run.id().equals(word.start());
    }
    return run.since() == null || !word.at().isBefore(run.since());
  }
}
