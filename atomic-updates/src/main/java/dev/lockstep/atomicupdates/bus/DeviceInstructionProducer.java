package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Deployment;
import dev.lockstep.atomicupdates.deployment.DeviceOrders;
import dev.lockstep.atomicupdates.deployment.Order;
import dev.lockstep.atomicupdates.deployment.Step;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DeviceInstruction;
import dev.lockstep.protocol.v1.Instruction;
import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Map;

/** Sends the coordinator's orders to devices. */
final class DeviceInstructionProducer implements DeviceOrders {
  private final Outlet outlet;

  DeviceInstructionProducer(Outlet outlet) {
    this.outlet = outlet;
  }

  @Override
  public void send(Deployment deployment, Step step, Order order) {
    ReleaseVersion version = order == Order.REVERT ? step.from() : step.to();
    outlet.publish(
        Topics.DEVICE_INSTRUCTION,
        DeviceInstruction.newBuilder()
            .setJobId(deployment.id())
            .setDevice(step.site().device())
            .setInstruction(instruction(order))
            .setRelease(
                ReleaseId.newBuilder()
                    .setComponent(step.site().component())
                    .setVersion(Wire.version(version)))
            .setManifestTarget(step.manifestTarget())
            .setRequestedBy(deployment.requestedBy())
            .setData(Wire.data(deployment.data().choice()))
            .setBackup(deployment.data().backup())
            .build(),
        Map.of(Attributes.TO, step.site().device()));
  }

  static Instruction instruction(Order order) {
    return switch (order) {
      case STAGE -> Instruction.INSTRUCTION_STAGE;
      case INSTALL -> Instruction.INSTRUCTION_INSTALL;
      case REVERT -> Instruction.INSTRUCTION_REVERT;
    };
  }
}
