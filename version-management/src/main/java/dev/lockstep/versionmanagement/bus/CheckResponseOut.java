package dev.lockstep.versionmanagement.bus;

import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.CheckResult;
import dev.lockstep.versionmanagement.domain.CheckAnswer;

/** update/check/response. */
final class CheckResponseOut {
  private CheckResponseOut() {}

  static CheckResponse toWire(CheckAnswer answer) {
    CheckResponse.Builder wire =
        CheckResponse.newBuilder()
            .setResult(CheckResult.valueOf("CHECK_RESULT_" + answer.result().name()))
            .setCheckedAt(Times.toWire(answer.checkedAt()))
            .addAllWithheld(OfferMessages.toWire(answer.withheld()));
    answer.offer().ifPresent(offer -> wire.setOffer(OfferMessages.toWire(offer)));
    answer.problem().ifPresent(problem -> wire.setError(Problems.toWire(problem)));
    answer.retryAt().ifPresent(at -> wire.setRetryAt(Times.toWire(at)));
    return wire.build();
  }
}
