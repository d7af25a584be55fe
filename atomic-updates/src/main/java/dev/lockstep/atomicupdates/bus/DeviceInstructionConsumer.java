package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.DeviceUpdates;
import dev.lockstep.atomicupdates.deployment.Order;
import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.DeviceInstruction;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.Instruction;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does on this device what the hub instructs. Idempotent by job, component and instruction: a
 * repetition is answered with what was reached, and changes nothing.
 */
final class DeviceInstructionConsumer implements Bus.Handler<DeviceInstruction> {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceInstructionConsumer.class);
  private final String device;
  private final Set<String> components;
  private final DeviceUpdates updates;
  private final InstructionLedger ledger;

  DeviceInstructionConsumer(
      String device, Set<String> components, DeviceUpdates updates, InstructionLedger ledger) {
    this.device = device;
    this.components = components;
    this.updates = updates;
    this.ledger = ledger;
  }

  @Override
  public void accept(Received<DeviceInstruction> message) {
    DeviceInstruction instruction = message.payload();
    if (!instruction.getDevice().equals(device)) {
      return;
    }
    String component = Checked.component(instruction.getRelease().getComponent());
    InstructionLedger.Key key =
        new InstructionLedger.Key(
            Checked.job(instruction.getJobId()), component, order(instruction.getInstruction()));
    Runnable work = work(key, instruction);
    if (!ledger.take(key, message)) {
      return;
    }
    LOG.info("{} of {} for job {}", key.order(), component, key.jobId());
    if (!components.contains(component)) {
      ledger.refuse(key, unknown(component));
      return;
    }
    try {
      work.run();
    } catch (AtomicUpdatesException refused) {
      ledger.refuse(key, refused);
    }
  }

  /** Reads the rest before anything is answered, so that what cannot be read is dropped whole. */
  private Runnable work(InstructionLedger.Key key, DeviceInstruction instruction) {
    String requestedBy = Checked.text(instruction.getRequestedBy());
    String text = instruction.getRelease().getVersion();
    var version = key.order() == Order.REVERT ? Checked.versionOrNone(text) : Checked.version(text);
    String target = Checked.target(instruction.getManifestTarget());
    String job = DeviceJob.id(key.jobId(), key.order());
    return switch (key.order()) {
      case STAGE -> () -> updates.stage(job, key.component(), version, target);
      case INSTALL ->
          () ->
              updates.install(
                  new DeviceUpdates.InstallOrder(
                      job, key.component(), version, false, requestedBy));
      case REVERT -> {
        DataOnRevert data = Checked.data(instruction.getData(), instruction.getBackup());
        yield () ->
            updates.revert(
                new DeviceUpdates.RevertOrder(
                    job, key.component(), version, data, false, requestedBy));
      }
    };
  }

  private static Order order(Instruction instruction) {
    return switch (instruction) {
      case INSTRUCTION_STAGE -> Order.STAGE;
      case INSTRUCTION_INSTALL -> Order.INSTALL;
      case INSTRUCTION_REVERT -> Order.REVERT;
      default -> throw new MalformedContentException("instruction", "it is none that is known");
    };
  }

  private AtomicUpdatesException unknown(String component) {
    return new AtomicUpdatesException.Install(
        ErrorCode.ERROR_CODE_INSTALL_UNKNOWN_COMPONENT,
        ErrorCategory.ERROR_CATEGORY_OPERATOR,
        "cannot follow the instruction: device %s has no component %s; name it in its settings"
            .formatted(device, component),
        null);
  }
}
