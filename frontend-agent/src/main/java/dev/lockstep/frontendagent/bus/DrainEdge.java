package dev.lockstep.frontendagent.bus;

import com.google.protobuf.ByteString;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DrainRequest;
import dev.lockstep.protocol.v1.DrainResponse;

/** Answers {@code update/drain/request} for one component: it has let go. */
public final class DrainEdge {
  private final Bus bus;
  private final String device;
  private final String component;

  /** Answers for that component of that device. */
  public DrainEdge(Bus bus, String device, String component) {
    this.bus = bus;
    this.device = device;
    this.component = component;
  }

  /** Says that it has drained, with the token that it will get back. */
  public void answer(Received<DrainRequest> request, byte[] token) {
    bus.reply(
        request,
        Topics.DRAIN_RESPONSE,
        DrainResponse.newBuilder()
            .setJobId(request.payload().getJobId())
            .setDevice(device)
            .setComponent(component)
            .setDrained(true)
            .setStateToken(ByteString.copyFrom(token))
            .build());
  }
}
