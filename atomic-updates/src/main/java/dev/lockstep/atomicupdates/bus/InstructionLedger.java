package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.deployment.Order;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.DeviceInstruction;
import dev.lockstep.protocol.v1.DeviceInstructionResponse;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.InstructionState;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which instructions this device took, and how they ended. Safe for use by several threads.
 *
 * <p>In memory: after a restart of this process the hub asks again, the device's journal knows the
 * job, and its end is reported anew.
 */
final class InstructionLedger {
  private static final int REMEMBERED = 2_000;

  /** An instruction. */
  record Key(String jobId, String component, Order order) {}

  private record Taken(Received<DeviceInstruction> asked, DeviceInstructionResponse reached) {}

  private final DeviceResponseProducer responses;
  private final Map<Key, Taken> entries =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Taken> eldest) {
          return size() > REMEMBERED;
        }
      };

  InstructionLedger(DeviceResponseProducer responses) {
    this.responses = responses;
  }

  /**
   * Takes an instruction and answers it with what was reached.
   *
   * @return whether it is new, so that it has to be carried out
   */
  synchronized boolean take(Key key, Received<DeviceInstruction> asked) {
    Taken known = entries.get(key);
    DeviceInstructionResponse reached =
        known != null
            ? known.reached()
            : answer(asked.payload(), InstructionState.INSTRUCTION_STATE_ACCEPTED).build();
    entries.put(key, new Taken(asked, reached));
    responses.publish(asked, reached);
    return known == null;
  }

  /** The instruction was not carried out, and nothing was changed. */
  synchronized void refuse(Key key, AtomicUpdatesException why) {
    end(key, InstructionState.INSTRUCTION_STATE_REFUSED, why, null);
  }

  /** Staging has ended on this device. */
  synchronized void staged(String jobId, String component, AtomicUpdatesException error) {
    InstructionState state =
        error == null
            ? InstructionState.INSTRUCTION_STATE_DONE
            : InstructionState.INSTRUCTION_STATE_FAILED;
    end(new Key(jobId, component, Order.STAGE), state, error, null);
  }

  /** An install or revert has ended on this device. */
  synchronized void installed(InstallResult result) {
    Order order = DeviceJob.reverts(result.jobId()) ? Order.REVERT : Order.INSTALL;
    Key key = new Key(DeviceJob.shown(result.jobId()), result.component(), order);
    end(key, state(order, result), result.error(), result);
  }

  private static InstructionState state(Order order, InstallResult result) {
    boolean wentBack =
        order == Order.REVERT && result.outcome() == Outcome.REVERTED && result.error() == null;
    if (result.outcome() == Outcome.COMMITTED || wentBack) {
      return InstructionState.INSTRUCTION_STATE_DONE;
    }
    return switch (result.outcome()) {
      case REFUSED, DEFERRED, DRY_RUN -> InstructionState.INSTRUCTION_STATE_REFUSED;
      default -> InstructionState.INSTRUCTION_STATE_FAILED;
    };
  }

  private void end(
      Key key, InstructionState state, AtomicUpdatesException error, InstallResult result) {
    Taken entry = entries.get(key);
    if (entry == null || ended(entry.reached())) {
      return;
    }
    DeviceInstructionResponse.Builder answer = answer(entry.asked().payload(), state);
    if (error != null) {
      answer.setError(Wire.error(error));
    }
    if (result != null) {
      answer.setOutcome(Wire.outcome(result.outcome()));
      answer.setFromVersion(Wire.version(result.from()));
      if (result.downtime() != null) {
        answer.setDowntime(Wire.duration(result.downtime()));
      }
    }
    DeviceInstructionResponse reached = answer.build();
    if (busy(error)) {
      // Nothing was done, so that a repetition is to be carried out.
      entries.remove(key);
    } else {
      entries.put(key, new Taken(entry.asked(), reached));
    }
    responses.publish(entry.asked(), reached);
  }

  private static boolean busy(AtomicUpdatesException error) {
    return error != null && error.code() == ErrorCode.ERROR_CODE_INSTALL_BUSY;
  }

  private static boolean ended(DeviceInstructionResponse reached) {
    return reached.getState() != InstructionState.INSTRUCTION_STATE_ACCEPTED;
  }

  private static DeviceInstructionResponse.Builder answer(
      DeviceInstruction asked, InstructionState state) {
    return DeviceInstructionResponse.newBuilder()
        .setJobId(asked.getJobId())
        .setDevice(asked.getDevice())
        .setInstruction(asked.getInstruction())
        .setRelease(asked.getRelease())
        .setState(state);
  }
}
