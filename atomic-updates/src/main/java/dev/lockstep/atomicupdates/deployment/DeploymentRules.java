package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.config.DeploymentSettings;
import dev.lockstep.config.DeploymentSettings.FrontendFailure;
import dev.lockstep.config.Settings;
import java.time.Duration;

/**
 * How long a deployment waits, how many frontends go at a time, and what a failure means.
 *
 * @param stageDeadline how long an answer to staging is awaited
 * @param installDeadline how long an answer to one install or revert is awaited
 * @param maxParallel how many frontends are installed at the same time
 * @param canary how many of each frontend component have to be committed before its others begin; 0
 *     for none
 * @param frontendFailure what follows from a frontend's failure
 * @param offlineWait how long a frontend that is away and would not fit is waited for
 * @param answerDeadline how long people are asked about it then
 */
public record DeploymentRules(
    Duration stageDeadline,
    Duration installDeadline,
    int maxParallel,
    int canary,
    FrontendFailure frontendFailure,
    Duration offlineWait,
    Duration answerDeadline) {

  /** As the settings say. */
  public static DeploymentRules of(Settings settings) {
    DeploymentSettings deployment = settings.deployment();
    return new DeploymentRules(
        settings.update().stageDeadline(),
        settings.update().installDeadline(),
        deployment.maxParallel(),
        deployment.canary(),
        deployment.frontendFailure(),
        deployment.offlineWait(),
        deployment.answerDeadline());
  }

  /** How long an answer to that order is awaited. */
  Duration deadline(Order order) {
    return order == Order.STAGE ? stageDeadline : installDeadline;
  }
}
