package dev.lockstep.versionmanagement.port;

import dev.lockstep.versionmanagement.domain.Offer;
import dev.lockstep.versionmanagement.domain.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What became of a schedule request.
 *
 * @param accepted whether it is carried out
 * @param jobId the deployment; empty where refused, and of a dry run
 * @param offer what is installed; {@link Offer#NONE} where refused
 * @param plannedAt when the install starts, as far as known now
 * @param problem why it is refused
 * @param nothingToDo whether it is refused because all is as it is wanted
 * @param remarks what a person should know before it happens
 */
public record ScheduleAnswer(
    boolean accepted,
    String jobId,
    Offer offer,
    Optional<Instant> plannedAt,
    Optional<Problem> problem,
    boolean nothingToDo,
    List<String> remarks) {

  /** Copies what is mutable. */
  public ScheduleAnswer {
    remarks = List.copyOf(remarks);
  }

  /** It is carried out. */
  public static ScheduleAnswer accepted(
      String jobId, Offer offer, Optional<Instant> plannedAt, List<String> remarks) {
    return new ScheduleAnswer(true, jobId, offer, plannedAt, Optional.empty(), false, remarks);
  }

  /** All is as it is wanted, and nothing has changed. */
  public static ScheduleAnswer nothingToDo(Problem inWords) {
    return new ScheduleAnswer(
        false, "", Offer.NONE, Optional.empty(), Optional.of(inWords), true, List.of());
  }

  /** Nothing has changed. */
  public static ScheduleAnswer refused(Problem problem) {
    return new ScheduleAnswer(
        false, "", Offer.NONE, Optional.empty(), Optional.of(problem), false, List.of());
  }
}
