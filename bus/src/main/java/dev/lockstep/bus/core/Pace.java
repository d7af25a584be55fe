package dev.lockstep.bus.core;

import java.time.Duration;

/**
 * How far apart participants are to say again what has not changed: the more listen, the farther,
 * so that what a broker forwards does not grow with their square. Told anew only when their number
 * has changed clearly. Used by one thread. See ADR 0017.
 */
public final class Pace {
  private static final int STEP_SECONDS = 10;
  private static final int MOST_STEPS = 24;

  private final int readersPerStep;
  private int steps;

  /** None are there yet. */
  public Pace(int readersPerStep) {
    this.readersPerStep = readersPerStep;
  }

  /** So many listen now; true if that changes the pace. */
  public boolean changedBy(int readers) {
    int wanted = Math.min(MOST_STEPS, readers / readersPerStep);
    boolean fewer = readers * 5L < steps * readersPerStep * 4L;
    if (wanted > steps || wanted < steps && fewer) {
      steps = wanted;
      return true;
    }
    return false;
  }

  /** Zero while few listen: each participant's own heartbeat is often enough. */
  public Duration now() {
    return Duration.ofSeconds((long) steps * STEP_SECONDS);
  }
}
