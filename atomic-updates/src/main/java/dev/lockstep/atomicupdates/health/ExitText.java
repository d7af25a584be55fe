package dev.lockstep.atomicupdates.health;

import dev.lockstep.atomicupdates.port.ProcessControl.Exits;
import dev.lockstep.atomicupdates.port.ProcessControl.Life;
import dev.lockstep.atomicupdates.port.ProcessControl.Status;
import dev.lockstep.config.ComponentSettings.HealthSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Says how a process ended that should run, e.g. "exited 4 times in 20 s, last exit code 1". The
 * same ends give the same words, whenever they are asked for.
 */
final class ExitText {
  /** One end may be chance; from the second in a row on it has to prove that it stays. */
  private static final int LOOP = 2;

  private ExitText() {}

  /** While an install waits: any end counts. */
  static Optional<String> ended(Status status) {
    if (status.life() == Life.STOPPED) {
      return Optional.of("does not run");
    }
    return status.exits().count() > 0 || status.life() == Life.CRASHED
        ? Optional.of(of(status.exits()))
        : Optional.empty();
  }

  /**
   * At any time: it does not live, or it lives for a moment between two ends. After a row of ends
   * it counts as running once it has lived through its window.
   */
  static Optional<String> down(Status status, HealthSettings health, Clock clock) {
    return switch (status.life()) {
      case STOPPED -> Optional.of("does not run");
      case CRASHED -> Optional.of(of(status.exits()));
      case RUNNING ->
          status.exits().row() >= LOOP
                  && status.run().since() != null
                  && clock.instant().isBefore(status.run().since().plus(health.window()))
              ? Optional.of("keeps ending: " + of(status.exits()))
              : Optional.empty();
    };
  }

  private static String of(Exits exits) {
    int times = exits.row() > 0 ? exits.row() : exits.count();
    if (times <= 1) {
      return "exited%s, %s"
          .formatted(
              exits.row() > 0 ? " " + time(exits.within()) + " after its start" : "", exits.last());
    }
    return "exited %d times%s, last %s"
        .formatted(times, exits.row() > 0 ? " in " + time(exits.within()) : "", exits.last());
  }

  static String time(Duration duration) {
    return duration.toMillis() < 2_000
        ? String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0)
        : duration.toSeconds() + " s";
  }
}
