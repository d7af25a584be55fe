package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.Install.Method;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.atomicupdates.port.Forecast;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells how staging and installs ended, once the journal says so; what could not be told is told
 * after the next start.
 */
final class Outcomes {
  private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);
  private final Reports reports;
  private final InstallJournal journal;
  private final Progress progress;
  private final JobLog log;

  Outcomes(Reports reports, InstallJournal journal, Progress progress, JobLog log) {
    this.reports = reports;
    this.journal = journal;
    this.progress = progress;
    this.log = log;
  }

  /** Tells it, and notes that it was told. */
  void tell(Install install) {
    try {
      if (install.state().endsStaging()) {
        told(install, install.failure());
      } else {
        end(install);
      }
      journal.told(install);
    } catch (RuntimeException failed) {
      LOG.warn("the end of {} is told after the next start", install.key(), failed);
    }
    reports.componentChanged(install.key().component());
  }

  /** Staging has ended, or had ended before. */
  void told(Install install, Failure failure) {
    reports.downloadComplete(
        install.key().jobId(),
        install.key().component(),
        install.versions().to(),
        install.bytesFetched(),
        Failures.exception(failure));
  }

  private void end(Install install) {
    Outcome outcome = outcome(install);
    if (install.state() == InstallState.COMMITTED) {
      progress.phase(install, Phase.COMMIT, install.versions().to() + " is committed");
    } else if (install.state() == InstallState.REVERTED) {
      progress.phase(install, Phase.REVERT, "reverted");
    }
    log.line(
        install.key().jobId(),
        "%s %s: %s%s"
            .formatted(
                install.key().component(),
                install.versions().to(),
                outcome,
                install.failure() == null ? "" : ": " + install.failure().message()));
    InstallResult result =
        new InstallResult(
            install.key().jobId(),
            install.key().component(),
            install.versions().from(),
            install.versions().to(),
            outcome,
            Failures.exception(install.failure()),
            install.duration(),
            install.downtime(),
            List.of());
    if (install.told()) {
      reports.installAnswered(result);
    } else {
      reports.installComplete(result);
    }
  }

  /** A revert that somebody asked for, and that worked, is told as reverted without an error. */
  private static Outcome outcome(Install install) {
    return switch (install.state()) {
      case COMMITTED ->
          install.order().method() == Method.REVERT ? Outcome.REVERTED : Outcome.COMMITTED;
      case REVERTED -> Outcome.REVERTED;
      case REVERT_FAILED -> Outcome.REVERT_FAILED;
      case DEFERRED -> Outcome.DEFERRED;
      case REFUSED -> Outcome.REFUSED;
      default -> throw new IllegalStateException(install.key() + " has not ended");
    };
  }

  /** An order that is not followed; the journal keeps none of it. */
  void refuse(Install.Key key, ReleaseVersion from, ReleaseVersion to, Failure why) {
    LOG.info("refused: {}", why.message());
    reports.installComplete(result(key, from, to, Outcome.REFUSED, why, List.of()));
  }

  /** An order that asks for what is so already. */
  void nothingToDo(Install.Key key, ReleaseVersion version, Outcome outcome) {
    LOG.info("{} {} is active already, nothing to do", key.component(), version);
    reports.installAnswered(result(key, version, version, outcome, null, List.of()));
  }

  /** What an install would do. */
  void planned(Install.Key key, ReleaseVersion from, ReleaseVersion to, List<String> plan) {
    planned(key, from, to, plan, null);
  }

  /** The same in numbers too. */
  void planned(
      Install.Key key,
      ReleaseVersion from,
      ReleaseVersion to,
      List<String> plan,
      Forecast forecast) {
    reports.installComplete(
        new InstallResult(
            key.jobId(),
            key.component(),
            from,
            to,
            Outcome.DRY_RUN,
            null,
            Duration.ZERO,
            Duration.ZERO,
            plan,
            forecast));
  }

  private static InstallResult result(
      Install.Key key,
      ReleaseVersion from,
      ReleaseVersion to,
      Outcome outcome,
      Failure why,
      List<String> plan) {
    return new InstallResult(
        key.jobId(),
        key.component(),
        from,
        to,
        outcome,
        Failures.exception(why),
        Duration.ZERO,
        Duration.ZERO,
        plan);
  }
}
