package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.Inhibit;
import dev.lockstep.protocol.v1.PrepareRequest;
import dev.lockstep.protocol.v1.PrepareResponse;
import java.time.Duration;

/** Answers {@code update/prepare/request} for one component: ready, or not now. */
public final class PrepareEdge {
  private final Bus bus;
  private final String device;
  private final String component;
  private final Frontend frontend;

  /** Answers for that component of that device. */
  public PrepareEdge(Bus bus, String device, String component, Frontend frontend) {
    this.bus = bus;
    this.device = device;
    this.component = component;
    this.frontend = frontend;
  }

  /** Asks the frontend within the given time and answers. */
  public void answer(Received<PrepareRequest> request, Duration within) {
    PrepareRequest question = request.payload();
    PrepareResponse.Builder answer =
        PrepareResponse.newBuilder()
            .setJobId(question.getJobId())
            .setDevice(device)
            .setComponent(component);
    frontend
        .prepare(question.getComponent(), question.getToVersion(), question.getCritical(), within)
        .ifPresent(
            notNow ->
                answer.setInhibit(
                    Inhibit.newBuilder()
                        .setOwner(device + "/" + component)
                        .setReason(notNow.reason())
                        .setUntil(Times.toWire(notNow.until()))));
    bus.reply(request, Topics.PREPARE_RESPONSE, answer.build());
  }
}
