package dev.lockstep.versionmanagement.port;

import dev.lockstep.versionmanagement.domain.Problem;
import java.time.Instant;
import java.util.Optional;

/**
 * What became of a schedule request.
 *
 * @param accepted whether it is carried out
 * @param jobId the deployment; empty where refused
 * @param offerId the offer; empty where refused
 * @param plannedAt when the install starts, as far as known now
 * @param problem why it is refused
 */
public record ScheduleAnswer(
    boolean accepted,
    String jobId,
    String offerId,
    Optional<Instant> plannedAt,
    Optional<Problem> problem) {

  /** Nothing has changed. */
  public static ScheduleAnswer refused(Problem problem) {
    return new ScheduleAnswer(false, "", "", Optional.empty(), Optional.of(problem));
  }
}
