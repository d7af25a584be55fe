package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Coordinator;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Answered;
import dev.lockstep.atomicupdates.deployment.DeploymentEvent.Result;
import dev.lockstep.atomicupdates.deployment.Order;
import dev.lockstep.atomicupdates.deployment.Site;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.DeviceInstructionResponse;
import dev.lockstep.protocol.v1.Error;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.Instruction;
import dev.lockstep.protocol.v1.InstructionState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives devices' answers to the hub's coordinator. */
final class DeviceResponseConsumer implements Bus.Handler<DeviceInstructionResponse> {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceResponseConsumer.class);
  private final Coordinator coordinator;

  DeviceResponseConsumer(Coordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public void accept(Received<DeviceInstructionResponse> message) {
    DeviceInstructionResponse answer = message.payload();
    String jobId = Checked.job(answer.getJobId());
    Site site =
        new Site(
            Checked.device(answer.getDevice()),
            Checked.component(answer.getRelease().getComponent()));
    Order order = order(answer.getInstruction());
    if (answer.getState() == InstructionState.INSTRUCTION_STATE_ACCEPTED) {
      coordinator.accepted(jobId, site, order);
      return;
    }
    if (answer.getError().getCode() == ErrorCode.ERROR_CODE_INSTALL_BUSY) {
      // Something else ends there first; the order is sent again until its deadline.
      LOG.info("{} is busy, {} waits", site, order);
      return;
    }
    Result result = result(answer);
    Failure failure = result == Result.DONE ? null : failure(answer.getError());
    coordinator.answered(jobId, new Answered(site, order, result, failure));
  }

  private static Result result(DeviceInstructionResponse answer) {
    return switch (answer.getState()) {
      case INSTRUCTION_STATE_DONE -> Result.DONE;
      case INSTRUCTION_STATE_REFUSED ->
          answer.getOutcome() == InstallOutcome.INSTALL_OUTCOME_DEFERRED
              ? Result.DEFERRED
              : Result.FAILED;
      case INSTRUCTION_STATE_FAILED ->
          answer.getOutcome() == InstallOutcome.INSTALL_OUTCOME_REVERT_FAILED
              ? Result.STUCK
              : Result.FAILED;
      default -> throw new MalformedContentException("state", "it is none that is known");
    };
  }

  private static Failure failure(Error error) {
    boolean told = error.getCode() != ErrorCode.ERROR_CODE_UNSPECIFIED;
    ErrorCode code = told ? error.getCode() : ErrorCode.ERROR_CODE_INTERNAL;
    if (code == ErrorCode.UNRECOGNIZED) {
      code = ErrorCode.ERROR_CODE_INTERNAL;
    }
    ErrorCategory category = error.getCategory();
    if (category == ErrorCategory.UNRECOGNIZED
        || category == ErrorCategory.ERROR_CATEGORY_UNSPECIFIED) {
      category = ErrorCategory.ERROR_CATEGORY_OPERATOR;
    }
    String text = error.getMessage().isEmpty() ? "the device gave no reason" : error.getMessage();
    return new Failure(code, category, Checked.text(text));
  }

  private static Order order(Instruction instruction) {
    return switch (instruction) {
      case INSTRUCTION_STAGE -> Order.STAGE;
      case INSTRUCTION_INSTALL -> Order.INSTALL;
      case INSTRUCTION_REVERT -> Order.REVERT;
      default -> throw new MalformedContentException("instruction", "it is none that is known");
    };
  }
}
