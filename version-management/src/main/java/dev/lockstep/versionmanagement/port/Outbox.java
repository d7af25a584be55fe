package dev.lockstep.versionmanagement.port;

import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.domain.CheckAnswer;
import dev.lockstep.versionmanagement.domain.CurrentOffer;

/**
 * What version-management says. Every call returns at once and never throws because of the network:
 * what is lost is said again.
 */
public interface Outbox {
  /**
   * What can be installed now; nothing in it withdraws an earlier offer.
   *
   * @param notify whether people are to be told
   */
  void available(CurrentOffer offer, boolean notify);

  /** How a check ended that nobody asked for. */
  void checked(CheckAnswer answer);

  /** Asks devices to download and stage. */
  void requestDownload(Deployment deployment);

  /** Asks devices to stop that. */
  void cancelDownload(Deployment deployment);

  /** Asks the hub's atomic-updates to install. */
  void requestInstall(Deployment deployment);

  /** Says when what will restart. */
  void restartScheduled(RestartPlan plan);

  /** Says what the policy is. */
  void policy(PolicyView policy);

  /** Says how everything stands. */
  void report(StateView state);
}
