package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.versionmanagement.port.Inbox;
import dev.lockstep.versionmanagement.port.ScheduleQuestion;
import java.util.Optional;

/** update/schedule/request. */
final class ScheduleRequestIn {
  private final Inbox inbox;
  private final Publisher publisher;

  ScheduleRequestIn(Inbox inbox, Publisher publisher) {
    this.inbox = inbox;
    this.publisher = publisher;
  }

  void accept(Received<ScheduleRequest> request) {
    ScheduleRequest wire = request.payload();
    ScheduleQuestion question =
        new ScheduleQuestion(
            action(wire),
            Texts.bounded(wire.getOfferId()),
            wire.hasAt() ? Optional.of(Times.toDomain(wire.getAt())) : Optional.empty(),
            wire.hasPostponeBy()
                ? Optional.of(Times.toDomain(wire.getPostponeBy()))
                : Optional.empty(),
            Texts.bounded(wire.getRequestedBy()),
            wire.getAgain());
    inbox.scheduleRequested(
        question,
        answer ->
            publisher.reply(request, Topics.SCHEDULE_RESPONSE, ScheduleResponseOut.toWire(answer)));
  }

  private static ScheduleQuestion.Action action(ScheduleRequest wire) {
    return switch (wire.getAction()) {
      case ACTION_NOW -> ScheduleQuestion.Action.NOW;
      case ACTION_AT -> ScheduleQuestion.Action.AT;
      case ACTION_PREFERRED_TIME -> ScheduleQuestion.Action.PREFERRED_TIME;
      case ACTION_POSTPONE -> ScheduleQuestion.Action.POSTPONE;
      case ACTION_CANCEL -> ScheduleQuestion.Action.CANCEL;
      case ACTION_UNSPECIFIED, UNRECOGNIZED -> ScheduleQuestion.Action.UNKNOWN;
    };
  }
}
