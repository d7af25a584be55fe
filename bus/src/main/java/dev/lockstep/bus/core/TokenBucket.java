package dev.lockstep.bus.core;

/**
 * Lets so much per second through on average, and a burst at once. Used by one thread; times are
 * {@link System#nanoTime}.
 */
public final class TokenBucket {
  private static final double NANOS = 1e9;
  private final double perSecond;
  private final double burst;
  private double tokens;
  private long last;

  /** A full bucket. */
  public TokenBucket(double perSecond, double burst, long now) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.last = now;
  }

  /** Takes that much, if it is there. */
  public boolean take(double cost, long now) {
    tokens = Math.min(burst, tokens + Math.max(0, now - last) / NANOS * perSecond);
    last = now;
    if (tokens < cost) {
      return false;
    }
    tokens -= cost;
    return true;
  }
}
