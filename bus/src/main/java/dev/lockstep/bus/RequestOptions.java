package dev.lockstep.bus;

import java.time.Duration;

/**
 * How long a request waits, and how often it is sent again.
 *
 * @param deadline from the first sending to giving up
 * @param firstRetry time to the second sending; doubled each time
 * @param correlationId ties answers to the request; null for a new one
 */
public record RequestOptions(Duration deadline, Duration firstRetry, String correlationId) {
  private static final Duration FIRST_RETRY = Duration.ofMillis(250);

  /** A new correlation id and the usual retries within the deadline. */
  public static RequestOptions within(Duration deadline) {
    return new RequestOptions(deadline, FIRST_RETRY, null);
  }

  /** The same with a correlation id of the caller's, e.g. to go on after a restart. */
  public RequestOptions as(String correlation) {
    return new RequestOptions(deadline, firstRetry, correlation);
  }
}
