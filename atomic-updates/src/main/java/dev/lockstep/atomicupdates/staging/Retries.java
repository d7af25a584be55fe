package dev.lockstep.atomicupdates.staging;

import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.tuf.FetchException;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Tries again what failed for a passing reason: no connection, no answer, a server's own error, too
 * many requests (R68). Anything else is thrown at once.
 */
final class Retries {
  /** A server that wants to be left alone for longer is left alone; somebody asks again later. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);

  private final int maxRetries;
  private final Duration delay;
  private final Pause pause;
  private final Clock clock;

  Retries(int maxRetries, Duration delay, Pause pause, Clock clock) {
    this.maxRetries = maxRetries;
    this.delay = delay;
    this.pause = pause;
    this.clock = clock;
  }

  /**
   * Calls once and up to {@code maxRetries} times more.
   *
   * @throws FetchException the last one
   */
  <T> T run(String release, Stager.Listener listener, Supplier<T> attempt) {
    for (int failures = 0; ; ) {
      if (listener.cancelled()) {
        throw StagingFailures.cancelled(release);
      }
      try {
        return attempt.get();
      } catch (FetchException failed) {
        failures++;
        Duration wait = waitAfter(failed);
        if (!isPassing(failed) || failures > maxRetries || wait.compareTo(LONGEST_WAIT) > 0) {
          throw failed;
        }
        listener.log(
            "%s; try %d of %d follows in %d s"
                .formatted(failed.getMessage(), failures + 1, maxRetries + 1, wait.toSeconds()));
        pause.pause(wait, listener::cancelled);
        if (Thread.currentThread().isInterrupted()) {
          throw failed;
        }
      }
    }
  }

  private Duration waitAfter(FetchException failed) {
    return failed
        .retryAfter()
        .map(time -> Duration.between(clock.instant(), time))
        .filter(asked -> asked.compareTo(delay) > 0)
        .orElse(delay);
  }

  static boolean isPassing(FetchException failed) {
    return switch (failed.kind()) {
      case UNREACHABLE, SERVER_ERROR, RATE_LIMITED -> true;
      case CLIENT_ERROR, MALFORMED, PLAIN_HTTP, REDIRECT -> false;
    };
  }
}
