package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.core.Concern;
import dev.lockstep.bus.core.Pace;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.core.PublishRights;
import dev.lockstep.bus.core.ServingDevices;
import dev.lockstep.bus.zeromq.Publishers.Incoming;
import dev.lockstep.bus.zeromq.Readers.Reader;
import dev.lockstep.protocol.Claims;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.zeromq.ZMQ;

/** Moves messages from publishers to readers, on the one thread that owns both sockets. */
final class ForwardingLoop {
  private static final int BURST = 1_000;
  private static final int BETWEEN_REFRESHES = 50;
  private static final long IDLE_MILLIS = 30_000;
  private static final Participant ANYBODY =
      new Participant("somebody on this machine", Role.HUB, "", "");

  private final Publishers publishers;
  private final Readers readers;
  private final PublishRights rights;
  private final Gate gate;
  private final Optional<AllowList> allowed;
  private final ServingDevices serving;
  private final LastValueFeed lastValues;
  private final AtomicBoolean keysChanged = new AtomicBoolean();
  private final LongAdder forwarded = new LongAdder();
  private long takenAway;

  ForwardingLoop(ZMQ.Context context, Optional<AllowList> allowed, BrokerSettings settings) {
    this.allowed = allowed;
    this.rights = new PublishRights(settings.topics());
    this.gate = new Gate(rights, allowed, settings.limit());
    this.serving = new ServingDevices(() -> allowed.map(AllowList::hubs).orElse(Set.of()));
    this.lastValues = new LastValueFeed(serving);
    this.publishers = new Publishers(context);
    this.readers =
        new Readers(context, allowed, settings.topics(), new Pace(settings.many()), this::feed);
  }

  ZMQ.Socket publishers() {
    return publishers.socket();
  }

  ZMQ.Socket readers() {
    return readers.socket();
  }

  /** Some key was added, changed or taken away; wake the loop afterwards. Any thread may call. */
  void keysChanged() {
    keysChanged.set(true);
  }

  /** What was counted; the gatekeeper's numbers are given. */
  BrokerStatistics statistics(long admitted, long turnedAway) {
    return new BrokerStatistics(
        forwarded.sum(),
        gate.withoutRight.sum(),
        gate.foreign.sum(),
        gate.unknownTopic.sum(),
        gate.malformed.sum(),
        gate.limited.sum(),
        readers.refused.sum(),
        readers.lost.sum(),
        admitted,
        turnedAway);
  }

  /** Runs until it is to stop; the wake-up makes it look. */
  void run(ZMQ.Context context, Wakeup wakeup, BooleanSupplier stop) {
    try (ZMQ.Poller poller = context.poller(3)) {
      poller.register(publishers.socket(), ZMQ.Poller.POLLIN);
      poller.register(readers.socket(), ZMQ.Poller.POLLIN);
      poller.register(wakeup.channel(), ZMQ.Poller.POLLIN);
      while (!stop.getAsBoolean()) {
        poller.poll(IDLE_MILLIS);
        wakeup.drain();
        if (keysChanged.getAndSet(false)) {
          cutOffTheUnknown();
        }
        forwardBurst();
      }
    }
  }

  private void cutOffTheUnknown() {
    AllowList list = allowed.orElseThrow();
    // A connection that has said nothing yet may be that of whoever is not to be known any more.
    boolean silentToo = takenAway != list.takenAway();
    takenAway = list.takenAway();
    publishers.disconnectIf(token -> list.byToken(token).isEmpty(), silentToo);
    readers.disconnectIf(
        known -> !list.byToken(known.token()).equals(Optional.of(known)), silentToo);
    lastValues.forget(name -> !list.knowsName(name));
    serving.forget(device -> !list.knowsDevice(device));
  }

  private void feed(Reader reader, java.util.List<Topic<?>> topics) {
    lastValues.feed(readers, reader, topics);
  }

  /** New subscriptions come first, so that who has just subscribed gets what follows. */
  private void forwardBurst() {
    publishers.refresh();
    for (int count = 0; count < BURST; count++) {
      if (count % BETWEEN_REFRESHES == 0) {
        readers.refresh();
      }
      Incoming message = publishers.next();
      if (message == null) {
        return;
      }
      switch (gate.judge(message)) {
        case PASS -> pass(message);
        case PROBE -> send(readers.of(Gate.topicOf(message)).all(), message);
        case CUT_OFF -> Seams.disconnect(message.pipe());
        case DROP -> {}
      }
    }
  }

  private void send(Collection<Reader> some, Incoming message) {
    for (Reader reader : some) {
      readers.write(reader, message.topic(), message.envelope());
    }
    forwarded.increment();
  }

  private void pass(Incoming message) {
    Topic<?> topic = gate.topic(Gate.topicOf(message));
    Optional<Claims> claims = rights.claims(topic, message.envelope().data());
    Participant publisher = publisher(message);
    claims.ifPresent(said -> serving.heard(topic, said));
    // Only the hub gets here with what is no envelope; whoever reads it drops it.
    Concern concern =
        claims.map(said -> Concern.of(said, publisher)).orElse(Concern.NOBODY_IN_PARTICULAR);
    send(readers.of(topic.name()).reachedBy(topic, concern, serving), message);
    claims.ifPresent(said -> lastValues.keep(topic, publisher, said, concern, message));
  }

  private Participant publisher(Incoming message) {
    return allowed
        .flatMap(list -> list.byToken(message.token()))
        .map(AllowList.Known::participant)
        .orElse(ANYBODY);
  }
}
