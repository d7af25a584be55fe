package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.PolicyRequest;
import dev.lockstep.versionmanagement.port.Inbox;
import dev.lockstep.versionmanagement.port.PolicyQuestion;
import java.util.Optional;

/** update/policy/request. */
final class PolicyRequestIn {
  private final Inbox inbox;
  private final Publisher publisher;

  PolicyRequestIn(Inbox inbox, Publisher publisher) {
    this.inbox = inbox;
    this.publisher = publisher;
  }

  void accept(Received<PolicyRequest> request) {
    PolicyRequest wire = request.payload();
    PolicyQuestion question =
        new PolicyQuestion(
            action(wire),
            Texts.bounded(wire.getComponent()),
            Texts.bounded(wire.getVersion()),
            wire.hasUntil() ? Optional.of(Times.toDomain(wire.getUntil())) : Optional.empty(),
            Texts.bounded(wire.getReason()),
            Texts.bounded(wire.getRequestedBy()));
    inbox.policyRequested(
        question,
        answer -> publisher.reply(request, Topics.POLICY_CHANGED, PolicyChangedOut.toWire(answer)));
  }

  private static PolicyQuestion.Action action(PolicyRequest wire) {
    return switch (wire.getAction()) {
      case ACTION_HOLD -> PolicyQuestion.Action.HOLD;
      case ACTION_UNHOLD -> PolicyQuestion.Action.UNHOLD;
      case ACTION_SKIP -> PolicyQuestion.Action.SKIP;
      case ACTION_UNSKIP -> PolicyQuestion.Action.UNSKIP;
      case ACTION_UNSPECIFIED, UNRECOGNIZED -> PolicyQuestion.Action.UNKNOWN;
    };
  }
}
