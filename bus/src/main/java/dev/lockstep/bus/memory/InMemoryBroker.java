package dev.lockstep.bus.memory;

import dev.lockstep.bus.core.BusLimits;
import dev.lockstep.bus.core.Concern;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.bus.core.HandlerLoop;
import dev.lockstep.bus.core.HandlerThread;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.core.PublishRights;
import dev.lockstep.bus.core.ServingDevices;
import dev.lockstep.protocol.Claims;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The broker's twin in memory. Each participant is connected under a name; its bus behaves as on
 * the network: with the same rights to publish and to read, and with the last values of states for
 * those who subscribe later or were away.
 *
 * <p>{@link #threaded} delivers on threads, as the network does. {@link #deterministic} delivers
 * only inside {@link #advance}, on the caller's thread and in the same order in each run.
 */
public final class InMemoryBroker implements AutoCloseable {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int MAX_MESSAGE_SIZE = 1 << 20;
  private static final int QUEUE = 10_000;
  private static final Participant NOBODY = new Participant("", Role.HUB, "", "");

  private final Map<String, MemoryLink> participants = new LinkedHashMap<>();
  private volatile PublishRights rights = new PublishRights(Topics.all());
  private final Random random;
  private final ManualTime time;
  private final Clock clock;
  private final ScheduledExecutorService deliveries;
  private Faults faults = Faults.NONE;
  private volatile Duration pace = Duration.ZERO;
  private final MemoryStates states;
  private final ServingDevices serving = new ServingDevices(this::hubs);
  private boolean up = true;
  private long refused;

  private InMemoryBroker(long seed, ManualTime time, Clock clock) {
    this.random = new Random(seed);
    this.time = time;
    this.clock = clock;
    this.states = new MemoryStates(clock);
    this.deliveries =
        time != null
            ? null
            : Executors.newSingleThreadScheduledExecutor(
                task -> {
                  Thread thread = new Thread(task, "memory-broker");
                  thread.setDaemon(true);
                  return thread;
                });
  }

  /** Delivers on threads in real time; faults follow the seed. */
  public static InMemoryBroker threaded(long seed, Clock clock) {
    return new InMemoryBroker(seed, null, clock);
  }

  /** Delivers in real time without a seed of the test's own. */
  public static InMemoryBroker threaded() {
    return threaded(0, Clock.systemUTC());
  }

  /** Delivers when the test moves the time, beginning at 2026-01-01T00:00:00Z. */
  public static InMemoryBroker deterministic(long seed) {
    ManualTime time = new ManualTime(START);
    return new InMemoryBroker(seed, time, time);
  }

  /** The broker's clock, which all its buses use: the manual one where deterministic. */
  public Clock clock() {
    return clock;
  }

  /** Connects a participant that may publish everything. */
  public FrameBus connect(String source) {
    return connect(source, Role.HUB);
  }

  /** Connects a participant with the rights of a role; it may speak for anybody. */
  public FrameBus connect(String source, Role role) {
    return connect(source, new MemoryLink(this, source, Participant.named(source, role), false));
  }

  /** Connects a participant that may only speak for itself, as on the network. */
  public FrameBus connect(String source, Participant who) {
    return connect(source, new MemoryLink(this, source, who, true));
  }

  private FrameBus connect(String source, MemoryLink link) {
    synchronized (this) {
      if (participants.putIfAbsent(source, link) != null) {
        throw new IllegalArgumentException("participant " + source + " is already connected");
      }
    }
    HandlerLoop loop =
        time == null ? new HandlerThread("bus-" + source, QUEUE) : new ManualLoop(time);
    return FrameBus.open(source, link, loop, clock, BusLimits.forMessagesUpTo(MAX_MESSAGE_SIZE));
  }

  /** Moves the manual time and delivers what comes due; only where deterministic. */
  public void advance(Duration duration) {
    if (time == null) {
      throw new IllegalStateException("only a deterministic broker has a manual clock");
    }
    time.advance(duration);
  }

  /** Delivers what is due now; only where deterministic. */
  public void deliver() {
    advance(Duration.ZERO);
  }

  /** Lets a topic of a host's own pass too. */
  public void allow(Topic<?> hostTopic) {
    List<Topic<?>> topics = new ArrayList<>(Topics.all());
    topics.add(hostTopic);
    rights = new PublishRights(topics);
  }

  /** Sets what goes wrong from now on. */
  public synchronized void faults(Faults wanted) {
    faults = wanted;
  }

  /** Asks participants to say the unchanged so far apart, as a broker of many does. */
  public void pace(Duration wanted) {
    pace = wanted;
  }

  Duration pace() {
    return pace;
  }

  /** A participant's network cable is pulled: nothing gets to it or from it. */
  public void disconnect(String source) {
    link(source).reachable(false);
  }

  /** The cable is back. */
  public void reconnect(String source) {
    link(source).reachable(true);
  }

  /** The broker goes away: everything that is published is lost, and what it kept too. */
  public void stop() {
    synchronized (this) {
      up = false;
      states.forgetAll();
    }
  }

  /** The broker is back; every participant is told that it is connected again. */
  public void start() {
    List<MemoryLink> all;
    synchronized (this) {
      up = true;
      all = List.copyOf(participants.values());
    }
    all.forEach(MemoryLink::announceConnection);
  }

  /** Hands two raw frames to all subscribers, as a peer that nobody here wrote would. */
  public void inject(byte[] topic, byte[] envelope) {
    distribute(NOBODY, topic, envelope);
  }

  /** How many messages were dropped because their publisher had no right to the topic. */
  public synchronized long refused() {
    return refused;
  }

  @Override
  public void close() {
    stop();
    if (deliveries != null) {
      deliveries.shutdownNow();
    }
  }

  synchronized boolean up() {
    return up;
  }

  void publish(MemoryLink from, byte[] topic, byte[] envelope) {
    String name = new String(topic, StandardCharsets.UTF_8);
    Participant who = from.who();
    boolean allowed =
        from.bound()
            ? rights.refuse(who, name, envelope, source -> isAnother(source, from)).isEmpty()
            : rights.topic(name).filter(t -> t.publishers().contains(who.role())).isPresent();
    if (!allowed) {
      synchronized (this) {
        refused++;
      }
      return;
    }
    distribute(who, topic, envelope);
  }

  private synchronized boolean isAnother(String source, MemoryLink from) {
    MemoryLink owner = participants.get(source);
    return owner != null && owner != from;
  }

  synchronized void remove(String source) {
    participants.remove(source);
  }

  private void distribute(Participant publisher, byte[] topic, byte[] envelope) {
    String name = new String(topic, StandardCharsets.UTF_8);
    Optional<Topic<?>> known = rights.topic(name);
    Optional<Claims> claims = known.flatMap(one -> rights.claims(one, envelope));
    // What cannot be read is read by those who may read all of its topic, and dropped there.
    Concern concern =
        claims.map(said -> Concern.of(said, publisher)).orElse(Concern.NOBODY_IN_PARTICULAR);
    List<Runnable> plan = new ArrayList<>();
    Faults now;
    synchronized (this) {
      if (!up) {
        return;
      }
      now = faults;
      if (known.isPresent() && claims.isPresent()) {
        serving.heard(known.get(), claims.get());
        MemoryStates.Kept state = new MemoryStates.Kept(topic, envelope, concern);
        states.keep(known.get(), publisher.name(), claims.get().key(), state);
      }
      for (MemoryLink link : participants.values()) {
        if (link.wants(name)
            && mayGet(link.who(), known, concern)
            && random.nextDouble() >= now.lost()) {
          boolean twice = random.nextDouble() < now.doubled();
          boolean late = random.nextDouble() < now.reordered();
          plan.add(() -> link.arrive(topic, envelope, late));
          if (twice) {
            plan.add(() -> link.arrive(topic, envelope, false));
          }
        }
      }
    }
    for (Runnable delivery : plan) {
      later(now.delay(), delivery);
    }
  }

  private boolean mayGet(Participant reader, Optional<Topic<?>> topic, Concern concern) {
    return topic.filter(one -> MemoryStates.reaches(reader, one, concern, serving)).isPresent();
  }

  private synchronized Set<String> hubs() {
    return participants.values().stream()
        .map(MemoryLink::who)
        .filter(who -> who.role() == Role.HUB)
        .map(Participant::device)
        .collect(Collectors.toSet());
  }

  /** From now on a participant gets a topic, and before anything else its last values. */
  synchronized void subscribe(MemoryLink link, String topic) {
    if (link.add(topic) && link.connected()) {
      feed(link, topic);
    }
  }

  /** Gives a participant the last values of a topic. */
  synchronized void feed(MemoryLink link, String name) {
    Optional<Topic<?>> topic = rights.topic(name);
    if (topic.isPresent()) {
      for (MemoryStates.Kept value : states.of(topic.get(), link.who(), serving)) {
        later(faults.delay(), () -> link.arriveRetained(value.topic(), value.envelope()));
      }
    }
  }

  void later(Duration delay, Runnable delivery) {
    if (time != null) {
      time.schedule(delay, delivery);
    } else if (!deliveries.isShutdown()) {
      deliveries.schedule(delivery, delay.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private synchronized MemoryLink link(String source) {
    MemoryLink link = participants.get(source);
    if (link == null) {
      throw new IllegalArgumentException(
          "no participant " + source + "; connected are " + Set.copyOf(participants.keySet()));
    }
    return link;
  }
}
