package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A deployment: the carrying out of an offer over all devices. Immutable.
 *
 * @param id the job's id
 * @param kind why it runs
 * @param requestedBy who asked
 * @param startedAt when
 * @param state where it stands
 * @param steps in order: backend, modules, frontends
 * @param provided API versions once the backend group is committed
 * @param failure the first thing that went wrong, null where nothing did
 * @param endedAt when it ended, null while it runs
 * @param data of a revert: what becomes of the components' data
 */
public record Deployment(
    String id,
    Kind kind,
    String requestedBy,
    Instant startedAt,
    DeploymentState state,
    List<Step> steps,
    Map<String, ReleaseVersion> provided,
    Failure failure,
    Instant endedAt,
    DataOnRevert data) {

  /** One in which nobody chose what becomes of the data. */
  public Deployment(
      String id,
      Kind kind,
      String requestedBy,
      Instant startedAt,
      DeploymentState state,
      List<Step> steps,
      Map<String, ReleaseVersion> provided,
      Failure failure,
      Instant endedAt) {
    this(
        id,
        kind,
        requestedBy,
        startedAt,
        state,
        steps,
        provided,
        failure,
        endedAt,
        DataOnRevert.AS_KEPT);
  }

  /** Why a deployment runs. */
  public enum Kind {
    /** Somebody asked for an install. */
    INSTALL,
    /** A frontend that was away is brought to where the others are. */
    CATCH_UP,
    /** Somebody asked to go back. */
    REVERT
  }

  /** Copies what is mutable. */
  public Deployment {
    steps = List.copyOf(steps);
    provided = Map.copyOf(provided);
  }

  /** One that ended before it began. */
  static Deployment refused(String id, String requestedBy, Failure why, Instant now) {
    return new Deployment(
        id, Kind.INSTALL, requestedBy, now, DeploymentState.REFUSED, List.of(), Map.of(), why, now);
  }

  /** The step of a site. */
  public Optional<Step> step(Site site) {
    return steps.stream().filter(step -> step.site().equals(site)).findFirst();
  }

  /** The steps whose instruction is out; none once it is over. */
  public List<Step> awaited() {
    return state.ended()
        ? List.of()
        : steps.stream().filter(step -> step.status().awaited()).toList();
  }

  /** The steps about which people are asked; none once it goes back or is over. */
  public List<Step> asked() {
    return state.forward()
        ? steps.stream().filter(step -> step.status() == StepStatus.UNDECIDED).toList()
        : List.of();
  }

  /** What people are asked; empty where nothing is. */
  public String question() {
    return Barrier.question(this);
  }

  /** Share of the steps that are over, 0 to 100. */
  public int percent() {
    if (steps.isEmpty()) {
      return state.ended() ? 100 : 0;
    }
    long points =
        steps.stream()
            .mapToLong(
                step ->
                    switch (step.status()) {
                      case PENDING, STAGING, ABSENT, UNDECIDED -> 0;
                      case STAGED, INSTALLING -> 1;
                      default -> 3;
                    })
            .sum();
    return (int) (points * 100 / (3L * steps.size()));
  }

  boolean any(Predicate<Step> condition) {
    return steps.stream().anyMatch(condition);
  }

  boolean anyIn(StepStatus status) {
    return any(step -> step.status() == status);
  }

  Deployment map(UnaryOperator<Step> change) {
    return with(state, steps.stream().map(change).toList(), provided, failure, endedAt);
  }

  Deployment replace(Step changed) {
    return map(step -> step.site().equals(changed.site()) ? changed : step);
  }

  Deployment in(DeploymentState next, Instant now) {
    return with(next, steps, provided, failure, next.ended() ? now : null);
  }

  Deployment providing(Map<String, ReleaseVersion> apis) {
    return with(state, steps, apis, failure, endedAt);
  }

  /** Notes a failure; the first one is kept, since it is the cause of those that follow. */
  Deployment failed(Failure why) {
    return failure != null ? this : with(state, steps, provided, why, endedAt);
  }

  private Deployment with(
      DeploymentState newState,
      List<Step> newSteps,
      Map<String, ReleaseVersion> newProvided,
      Failure newFailure,
      Instant newEnd) {
    return new Deployment(
        id,
        kind,
        requestedBy,
        startedAt,
        newState,
        newSteps,
        newProvided,
        newFailure,
        newEnd,
        data);
  }
}
