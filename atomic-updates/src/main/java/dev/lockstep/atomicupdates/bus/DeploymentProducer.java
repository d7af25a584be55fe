package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Deployment;
import dev.lockstep.atomicupdates.deployment.DeploymentReports;
import java.util.List;

/** Tells on the bus what the hub's coordinator waits for and how deployments end. */
final class DeploymentProducer implements DeploymentReports {
  private final InstallProgressProducer progress;
  private final InstallCompleteProducer complete;
  private final Runnable changed;

  DeploymentProducer(String device, Outlet outlet, Runnable changed) {
    this.progress = new InstallProgressProducer(device, outlet);
    this.complete = new InstallCompleteProducer(device, outlet);
    this.changed = changed;
  }

  @Override
  public void waiting(Deployment deployment, int percent, String message) {
    progress.publishBarrier(deployment.id(), percent, message);
  }

  @Override
  public void ended(Deployment deployment) {
    complete.publish(deployment);
    changed.run();
  }

  @Override
  public void planned(String jobId, List<String> plan) {
    complete.publishPlan(jobId, plan);
  }
}
