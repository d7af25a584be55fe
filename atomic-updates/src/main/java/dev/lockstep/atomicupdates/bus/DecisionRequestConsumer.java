package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Coordinator;
import dev.lockstep.atomicupdates.deployment.Decision;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.DecisionRequest;

/** Gives people's decisions to the hub's coordinator, and its answers to them. */
final class DecisionRequestConsumer implements Bus.Handler<DecisionRequest> {
  private final Coordinator coordinator;
  private final DecisionResponseProducer answers;

  DecisionRequestConsumer(Coordinator coordinator, DecisionResponseProducer answers) {
    this.coordinator = coordinator;
    this.answers = answers;
  }

  @Override
  public void accept(Received<DecisionRequest> message) {
    DecisionRequest request = message.payload();
    String job = request.getJobId().isEmpty() ? "" : Checked.job(request.getJobId());
    String by = Checked.text(request.getRequestedBy());
    coordinator.decide(
        new Decision(job, action(request.getAction()), by.isEmpty() ? "somebody" : by),
        (decided, problem) -> answers.publish(message, decided, problem));
  }

  private static Decision.Action action(DecisionRequest.Action action) {
    return switch (action) {
      case ACTION_PROCEED -> Decision.Action.PROCEED;
      case ACTION_WAIT -> Decision.Action.WAIT;
      case ACTION_GIVE_UP -> Decision.Action.GIVE_UP;
      default -> throw new MalformedContentException("action", "it is none that is known");
    };
  }
}
