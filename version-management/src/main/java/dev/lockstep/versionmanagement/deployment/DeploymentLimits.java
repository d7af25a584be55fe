package dev.lockstep.versionmanagement.deployment;

import java.time.Duration;

/**
 * How long a deployment waits.
 *
 * @param stage without any sign of life while devices download and stage
 * @param install without any sign of life while devices install
 * @param notice between the announcement of an unasked-for install and the install
 */
public record DeploymentLimits(Duration stage, Duration install, Duration notice) {
  /** A planned time that was missed by no more than this is made up for at once. */
  public static final Duration GRACE = Duration.ofHours(1);

  static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  /** Once there was a sign of life, asking again only repairs what was lost. */
  static final Duration REPAIR = Duration.ofSeconds(60);

  private static final int MAX_DOUBLINGS = 5;

  static Duration retryAfter(int asked) {
    Duration pause =
        FIRST_RETRY.multipliedBy(1L << Math.min(Math.max(asked - 1, 0), MAX_DOUBLINGS));
    return pause.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : pause;
  }
}
