package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Wanted;
import dev.lockstep.versionmanagement.port.Inbox;
import dev.lockstep.versionmanagement.port.ScheduleAnswer;
import dev.lockstep.versionmanagement.port.ScheduleQuestion;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** update/schedule/request. */
final class ScheduleRequestIn {
  private static final int MAX_NAMES = 1_000;
  private final Inbox inbox;
  private final Publisher publisher;

  ScheduleRequestIn(Inbox inbox, Publisher publisher) {
    this.inbox = inbox;
    this.publisher = publisher;
  }

  void accept(Received<ScheduleRequest> request) {
    try {
      Optional<Wanted> wanted = wanted(request.payload());
      ask(request, wanted);
    } catch (IllegalArgumentException unreadable) {
      String why = "cannot schedule: %s; name each component once, with a version like 1.2.3";
      answer(
          request,
          ScheduleAnswer.refused(
              Problem.operator(
                  ErrorCode.ERROR_CODE_SCHEDULE_REFUSED,
                  why.formatted(Texts.bounded(unreadable.getMessage())))));
    }
  }

  private void ask(Received<ScheduleRequest> request, Optional<Wanted> wanted) {
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
            wire.getAgain(),
            wanted,
            wire.getDryRun(),
            Texts.bounded(wire.getDevice()));
    inbox.scheduleRequested(question, answer -> answer(request, answer));
  }

  private void answer(Received<ScheduleRequest> request, ScheduleAnswer answer) {
    publisher.reply(request, Topics.SCHEDULE_RESPONSE, ScheduleResponseOut.toWire(answer));
  }

  private static Optional<Wanted> wanted(ScheduleRequest wire) {
    if (wire.getReleasesCount() == 0) {
      return Optional.empty();
    }
    if (wire.getReleasesCount() > MAX_NAMES || wire.getDevicesCount() > MAX_NAMES) {
      throw new IllegalArgumentException("more than " + MAX_NAMES + " names");
    }
    Map<String, ReleaseVersion> versions = new TreeMap<>();
    for (ReleaseId release : wire.getReleasesList()) {
      ReleaseVersion version = ReleaseVersion.parse(release.getVersion());
      if (versions.put(Texts.bounded(release.getComponent()), version) != null) {
        throw new IllegalArgumentException("a component is named twice");
      }
    }
    Set<String> devices =
        wire.getDevicesList().stream().map(Texts::bounded).collect(Collectors.toSet());
    return Optional.of(new Wanted(versions, devices));
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
