package dev.lockstep.versionmanagement.port;

import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.domain.Announcement;
import dev.lockstep.versionmanagement.domain.CheckResult;
import dev.lockstep.versionmanagement.domain.Failure;
import dev.lockstep.versionmanagement.domain.HardwareRefusal;
import dev.lockstep.versionmanagement.domain.Hold;
import dev.lockstep.versionmanagement.domain.Notified;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Skip;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What survives a restart. Every method is durable when it returns, and throws {@link
 * VersionManagementException.State} if it is not.
 */
public interface Journal extends AutoCloseable {
  /** Everything that was kept. */
  Memory load();

  /** Keeps a deployment in place of what was known of it. */
  void save(Deployment deployment);

  /** Keeps a deployment that has ended together with what follows from it, or neither. */
  void end(Deployment deployment, List<Failure> failures);

  /** Keeps all failures in place of the earlier ones. */
  void saveFailures(List<Failure> failures);

  /** Keeps which devices refuse which releases because of their hardware. */
  void saveRefusals(List<HardwareRefusal> refusals);

  /** Keeps what people were told about in place of what they were told earlier. */
  void saveNotified(List<Notified> notified);

  /** Keeps what people decided in place of what they decided earlier. */
  void save(Rules rules);

  /** Adds a check to the log. */
  void save(CheckRecord check);

  /** The last checks, newest first. */
  List<NumberedCheck> checks(int limit);

  /** Keeps what a component said last. */
  void save(Announcement announcement, Instant at);

  /** Keeps how long components were down at their last install. */
  void saveDowntimes(Map<String, Duration> downtimes);

  @Override
  void close();

  /**
   * What people decided.
   *
   * @param holds not yet
   * @param skips never
   */
  record Rules(List<Hold> holds, List<Skip> skips) {
    /** Nothing decided. */
    public static final Rules NONE = new Rules(List.of(), List.of());

    /** Copies what is mutable. */
    public Rules {
      holds = List.copyOf(holds);
      skips = List.copyOf(skips);
    }
  }

  /**
   * One check.
   *
   * @param at when
   * @param result how it ended
   * @param reason why it was made
   * @param problem why it failed
   * @param retryAt when the source wants to be asked again
   */
  record CheckRecord(
      Instant at,
      CheckResult result,
      String reason,
      Optional<Problem> problem,
      Optional<Instant> retryAt) {}

  /** A check with its number, which no other check ever gets. */
  record NumberedCheck(long number, CheckRecord check) {}

  /** What a component said last, and when. */
  record Remembered(Announcement announcement, Instant at) {}

  /**
   * Everything that was kept.
   *
   * @param deployments newest first
   * @param rules what people decided
   * @param failures what did not get through
   * @param lastCheck the last check
   * @param sites what components said last
   * @param downtimes per component, at its last install
   * @param notified what people were told about, oldest first
   * @param refusals which devices refuse which releases because of their hardware
   */
  record Memory(
      List<Deployment> deployments,
      Rules rules,
      List<Failure> failures,
      Optional<CheckRecord> lastCheck,
      List<Remembered> sites,
      Map<String, Duration> downtimes,
      List<Notified> notified,
      List<HardwareRefusal> refusals) {}
}
