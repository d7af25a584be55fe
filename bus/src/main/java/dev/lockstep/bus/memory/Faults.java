package dev.lockstep.bus.memory;

import java.time.Duration;

/**
 * What goes wrong on the way from the broker to each subscriber. Shares are between 0 and 1.
 *
 * @param lost share of messages that never arrive
 * @param doubled share of messages that arrive twice
 * @param reordered share of messages that arrive after their successor
 * @param delay how long every message is on its way
 */
public record Faults(double lost, double doubled, double reordered, Duration delay) {
  /** Everything arrives once, in order, at once. */
  public static final Faults NONE = new Faults(0, 0, 0, Duration.ZERO);

  /** Checks the shares. */
  public Faults {
    for (double share : new double[] {lost, doubled, reordered}) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("a share is between 0 and 1, not " + share);
      }
    }
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay is not negative: " + delay);
    }
  }

  /** Loses this share. */
  public Faults losing(double share) {
    return new Faults(share, doubled, reordered, delay);
  }

  /** Doubles this share. */
  public Faults doubling(double share) {
    return new Faults(lost, share, reordered, delay);
  }

  /** Swaps this share with what follows. */
  public Faults reordering(double share) {
    return new Faults(lost, doubled, share, delay);
  }

  /** Delays every message. */
  public Faults delaying(Duration duration) {
    return new Faults(lost, doubled, reordered, duration);
  }
}
