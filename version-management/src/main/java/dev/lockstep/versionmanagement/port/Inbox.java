package dev.lockstep.versionmanagement.port;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent;
import dev.lockstep.versionmanagement.domain.Announcement;
import dev.lockstep.versionmanagement.domain.CheckAnswer;
import dev.lockstep.versionmanagement.domain.CheckQuestion;
import dev.lockstep.versionmanagement.domain.Site;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What version-management is told and asked. Every call returns at once; answers come later, on
 * another thread, exactly one per question.
 */
public interface Inbox {
  /** Somebody wants a check. */
  void checkRequested(CheckQuestion question, Consumer<CheckAnswer> answer);

  /** Somebody wants an install at some time, or to change that. */
  void scheduleRequested(ScheduleQuestion question, Consumer<ScheduleAnswer> answer);

  /** Somebody decides. */
  void policyRequested(PolicyQuestion question, Consumer<PolicyView> answer);

  /** Somebody wants to know how everything stands. */
  void stateRequested(Consumer<StateView> answer);

  /** Somebody wants to know what was done: at most so many checks, and the last deployments. */
  void historyRequested(int limit, Consumer<HistoryView> answer);

  /** A component says how it is. */
  void announced(Announcement announcement);

  /** Something happened to a deployment; nothing if the job is not ours. */
  void happened(String jobId, DeploymentEvent event);

  /** How far a site is with the present phase of a deployment. */
  void progress(String jobId, Site site, boolean installing, int percent);

  /** How long a component was down at an install. */
  void down(String component, Duration downtime);

  /**
   * A person goes back from what is installed; empty devices means all, no version the previous.
   */
  void revertRequested(
      String component, Set<String> devices, Optional<ReleaseVersion> to, String requestedBy);

  /** The bus is there, or there again. */
  void connected();
}
