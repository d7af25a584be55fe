package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.v1.ScheduleResponse;
import dev.lockstep.versionmanagement.port.ScheduleAnswer;

/** update/schedule/response. */
final class ScheduleResponseOut {
  private ScheduleResponseOut() {}

  static ScheduleResponse toWire(ScheduleAnswer answer) {
    ScheduleResponse.Builder wire =
        ScheduleResponse.newBuilder()
            .setAccepted(answer.accepted())
            .setJobId(answer.jobId())
            .setOfferId(answer.offer().id())
            .setNothingToDo(answer.nothingToDo())
            .addAllRemarks(answer.remarks());
    if (!answer.offer().nothing()) {
      wire.setOffer(OfferMessages.toWire(answer.offer()));
    }
    answer.plannedAt().ifPresent(at -> wire.setPlannedAt(Times.toWire(at)));
    answer.problem().ifPresent(problem -> wire.setError(Problems.toWire(problem)));
    return wire.build();
  }
}
