package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Site;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.DrainResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings components' answers to drain to who asked. */
final class DrainResponseConsumer implements Bus.Handler<DrainResponse> {
  private static final Logger LOG = LoggerFactory.getLogger(DrainResponseConsumer.class);
  private final Rounds rounds;

  DrainResponseConsumer(Rounds rounds) {
    this.rounds = rounds;
  }

  @Override
  public void accept(Received<DrainResponse> message) {
    DrainResponse answer = message.payload();
    Site site =
        new Site(Checked.device(answer.getDevice()), Checked.component(answer.getComponent()));
    if (!answer.getDrained()) {
      LOG.warn("{} did not drain: {}", site, Checked.text(answer.getError().getMessage()));
    }
    rounds.answered(message.correlationId(), new Round.Answer(site, null));
  }
}
