package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.versionmanagement.domain.CheckQuestion;
import dev.lockstep.versionmanagement.port.Inbox;
import java.util.stream.Collectors;

/** update/check/request. */
final class CheckRequestIn {
  private static final int MAX_COMPONENTS = 1_000;
  private final Inbox inbox;
  private final Publisher publisher;

  CheckRequestIn(Inbox inbox, Publisher publisher) {
    this.inbox = inbox;
    this.publisher = publisher;
  }

  void accept(Received<CheckRequest> request) {
    CheckRequest wire = request.payload();
    CheckQuestion question =
        new CheckQuestion(
            wire.getComponentsList().stream()
                .limit(MAX_COMPONENTS)
                .map(Texts::bounded)
                .collect(Collectors.toSet()),
            wire.getForce(),
            Texts.bounded(wire.getReason()));
    inbox.checkRequested(
        question,
        answer -> publisher.reply(request, Topics.CHECK_RESPONSE, CheckResponseOut.toWire(answer)));
  }
}
