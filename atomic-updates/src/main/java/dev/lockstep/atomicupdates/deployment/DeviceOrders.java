package dev.lockstep.atomicupdates.deployment;

/** Sends orders to devices. Returns at once; an order that is lost is sent again by the caller. */
@FunctionalInterface
public interface DeviceOrders {
  /** Sends an order to the step's device; the same order of the same deployment is idempotent. */
  void send(Deployment deployment, Step step, Order order);
}
