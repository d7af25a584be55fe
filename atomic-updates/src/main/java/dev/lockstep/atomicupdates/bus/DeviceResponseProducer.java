package dev.lockstep.atomicupdates.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DeviceInstruction;
import dev.lockstep.protocol.v1.DeviceInstructionResponse;

/** Answers the hub's instructions. */
final class DeviceResponseProducer {
  private final Outlet outlet;

  DeviceResponseProducer(Outlet outlet) {
    this.outlet = outlet;
  }

  /** Not {@code Bus.reply}: an instruction has two answers, taken and ended. */
  void publish(Received<DeviceInstruction> request, DeviceInstructionResponse answer) {
    outlet.publish(Topics.DEVICE_RESPONSE, answer, Wire.answering(request));
  }
}
