package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Order;
import dev.lockstep.atomicupdates.domain.Install;

/**
 * A deployment's job on this device. The device keeps one job per id and component, and a
 * deployment may install a component and later revert it: the revert has an id of its own here,
 * which no message shows.
 */
final class DeviceJob {
  private static final String REVERT = Install.Key.PART + "revert";

  private DeviceJob() {}

  static String id(String jobId, Order order) {
    return order == Order.REVERT ? jobId + REVERT : jobId;
  }

  /** The job's id on the bus. */
  static String shown(String deviceJobId) {
    return Install.Key.jobOf(deviceJobId);
  }

  static boolean reverts(String deviceJobId) {
    return deviceJobId.endsWith(REVERT);
  }
}
