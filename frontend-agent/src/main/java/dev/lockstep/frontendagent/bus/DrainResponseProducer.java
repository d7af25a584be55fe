package dev.lockstep.frontendagent.bus;

import com.google.protobuf.ByteString;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DrainRequest;
import dev.lockstep.protocol.v1.DrainResponse;
import dev.lockstep.protocol.v1.Error;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;

/** Answers that a frontend has let go, or not. */
final class DrainResponseProducer {
  private final String device;
  private final Outlet outlet;

  DrainResponseProducer(String device, Outlet outlet) {
    this.device = device;
    this.outlet = outlet;
  }

  void drained(Received<DrainRequest> request, String component, byte[] state) {
    DrainResponse answer =
        answer(request, component)
            .setDrained(true)
            .setStateToken(ByteString.copyFrom(state))
            .build();
    outlet.reply(request, Topics.DRAIN_RESPONSE, answer);
  }

  void failed(Received<DrainRequest> request, String component, String why) {
    DrainResponse answer =
        answer(request, component)
            .setError(
                Error.newBuilder()
                    .setCode(ErrorCode.ERROR_CODE_DEPLOYMENT_FRONTEND_FAILED)
                    .setCategory(ErrorCategory.ERROR_CATEGORY_RETRY)
                    .setMessage(why))
            .build();
    outlet.reply(request, Topics.DRAIN_RESPONSE, answer);
  }

  private DrainResponse.Builder answer(Received<DrainRequest> request, String component) {
    return DrainResponse.newBuilder()
        .setJobId(request.payload().getJobId())
        .setDevice(device)
        .setComponent(component);
  }
}
