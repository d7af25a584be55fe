package dev.lockstep.versionmanagement.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The one answer to a check request.
 *
 * @param result how the check ended
 * @param offer present where the result is {@link CheckResult#AVAILABLE}
 * @param problem present where the check failed
 * @param checkedAt when
 * @param retryAt when the next try makes sense, where the source said so
 * @param withheld newer releases that are not offered
 */
public record CheckAnswer(
    CheckResult result,
    Optional<CurrentOffer> offer,
    Optional<Problem> problem,
    Instant checkedAt,
    Optional<Instant> retryAt,
    List<Withheld> withheld) {

  /** Copies what is mutable. */
  public CheckAnswer {
    withheld = List.copyOf(withheld);
  }

  /** An answer without an offer. */
  public static CheckAnswer failed(
      CheckResult result, Problem problem, Instant at, Optional<Instant> retryAt) {
    return new CheckAnswer(result, Optional.empty(), Optional.of(problem), at, retryAt, List.of());
  }
}
