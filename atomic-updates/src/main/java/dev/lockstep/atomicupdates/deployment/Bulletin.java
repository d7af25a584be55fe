package dev.lockstep.atomicupdates.deployment;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells everybody what a deployment waits for, again every few seconds, and how it ended. An end
 * that could not be told is told as soon as it can be, after a restart too.
 */
final class Bulletin {
  private static final Logger LOG = LoggerFactory.getLogger(Bulletin.class);
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final DeploymentReports reports;
  private final DeploymentJournal journal;
  private Instant toldAt = Instant.MIN;
  private boolean endUntold;

  Bulletin(DeploymentReports reports, DeploymentJournal journal) {
    this.reports = reports;
    this.journal = journal;
  }

  void waiting(Deployment deployment, Instant now) {
    toldAt = now;
    try {
      reports.waiting(deployment, deployment.percent(), Barrier.message(deployment));
    } catch (RuntimeException notTold) {
      LOG.warn("what deployment {} waits for was not told", deployment.id(), notTold);
    }
  }

  void waitingWhereDue(Deployment deployment, Instant now) {
    if (!now.isBefore(toldAt.plus(AGAIN))) {
      waiting(deployment, now);
    }
  }

  void end(Deployment ended) {
    try {
      reports.ended(ended);
      journal.told(ended.id());
    } catch (RuntimeException notTold) {
      endUntold = true;
      LOG.warn("the end of deployment {} was not told, it is told soon", ended.id(), notTold);
    }
  }

  /** After a start: whatever was not told before. */
  void untold() {
    endUntold = false;
    journal.untold().forEach(this::end);
  }

  void untoldWhereDue() {
    if (endUntold) {
      untold();
    }
  }
}
