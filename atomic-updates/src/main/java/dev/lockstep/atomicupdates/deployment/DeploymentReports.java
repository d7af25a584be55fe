package dev.lockstep.atomicupdates.deployment;

import java.util.List;

/** Where deployments report to. Calls return at once; a report that is lost does no harm. */
public interface DeploymentReports {
  /** What a deployment waits for. */
  void waiting(Deployment deployment, int percent, String message);

  /** A deployment has ended, or is told again to have ended. */
  void ended(Deployment deployment);

  /** What a deployment would do. */
  void planned(String jobId, List<String> plan);
}
