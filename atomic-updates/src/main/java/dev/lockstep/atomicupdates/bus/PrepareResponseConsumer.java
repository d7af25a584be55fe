package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Site;
import dev.lockstep.atomicupdates.port.Participants.Inhibited;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.v1.Inhibit;
import dev.lockstep.protocol.v1.PrepareResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Brings components' answers to prepare to who asked. */
final class PrepareResponseConsumer implements Bus.Handler<PrepareResponse> {
  private static final Duration DEFAULT_INHIBIT = Duration.ofMinutes(1);
  private final Rounds rounds;
  private final Clock clock;

  PrepareResponseConsumer(Rounds rounds, Clock clock) {
    this.rounds = rounds;
    this.clock = clock;
  }

  @Override
  public void accept(Received<PrepareResponse> message) {
    PrepareResponse answer = message.payload();
    Site site =
        new Site(Checked.device(answer.getDevice()), Checked.component(answer.getComponent()));
    Inhibited inhibited = answer.hasInhibit() ? inhibited(site, answer.getInhibit()) : null;
    rounds.answered(message.correlationId(), new Round.Answer(site, inhibited));
  }

  private Inhibited inhibited(Site site, Inhibit inhibit) {
    String owner =
        inhibit.getOwner().isEmpty() ? site.toString() : Checked.text(inhibit.getOwner());
    return new Inhibited(owner, Checked.text(inhibit.getReason()), until(inhibit));
  }

  private Instant until(Inhibit inhibit) {
    if (!inhibit.hasUntil()) {
      return clock.instant().plus(DEFAULT_INHIBIT);
    }
    try {
      return Instant.ofEpochSecond(inhibit.getUntil().getSeconds(), inhibit.getUntil().getNanos());
    } catch (java.time.DateTimeException unreadable) {
      throw new MalformedContentException("until", unreadable);
    }
  }
}
