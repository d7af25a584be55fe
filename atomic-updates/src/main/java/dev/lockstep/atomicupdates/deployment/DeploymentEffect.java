package dev.lockstep.atomicupdates.deployment;

/** What has to be done once a deployment's new state is in the journal. */
public sealed interface DeploymentEffect {

  /** Send an order to the step's device. */
  record Instruct(Step step, Order order) implements DeploymentEffect {}

  /** Tell everybody what the deployment waits for now. */
  record TellBarrier(String message) implements DeploymentEffect {}

  /** Tell everybody that it is over. */
  record TellEnd() implements DeploymentEffect {}
}
