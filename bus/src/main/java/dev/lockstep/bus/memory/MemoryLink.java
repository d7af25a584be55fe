package dev.lockstep.bus.memory;

import dev.lockstep.bus.core.FrameLink;
import dev.lockstep.bus.core.Participant;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;

/** One participant's end in memory. Any thread may use it. */
final class MemoryLink implements FrameLink {
  private static final int HELD_BACK = 64;

  private final InMemoryBroker broker;
  private final String source;
  private final Participant who;
  private final boolean bound;
  private final Set<String> topics = new HashSet<>();
  private final Queue<Frames> heldBack = new ArrayDeque<>();
  private Events events;
  private boolean reachable = true;
  private boolean closed;

  MemoryLink(InMemoryBroker broker, String source, Participant who, boolean bound) {
    this.broker = broker;
    this.source = source;
    this.who = who;
    this.bound = bound;
  }

  @Override
  public void start(Events receiver) {
    synchronized (this) {
      events = receiver;
    }
    announceConnection();
  }

  @Override
  public void send(byte[] topic, byte[] envelope) {
    if (connected()) {
      broker.publish(this, topic, envelope);
    }
  }

  @Override
  public Duration pace() {
    return broker.pace();
  }

  @Override
  public void subscribe(String topic) {
    broker.subscribe(this, topic);
  }

  /** Called by the broker; true if it did not have that topic. */
  synchronized boolean add(String topic) {
    return topics.add(topic);
  }

  @Override
  public synchronized void unsubscribe(String topic) {
    topics.remove(topic);
  }

  @Override
  public boolean connected() {
    boolean own;
    synchronized (this) {
      own = reachable && !closed;
    }
    return own && broker.up();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    broker.remove(source);
  }

  Participant who() {
    return who;
  }

  /** Whether it may speak for nobody but itself. */
  boolean bound() {
    return bound;
  }

  synchronized boolean wants(String topic) {
    return topics.contains(topic);
  }

  void reachable(boolean now) {
    synchronized (this) {
      reachable = now;
    }
    announceConnection();
  }

  /** A connection that is made begins with the last values of what was subscribed to before. */
  void announceConnection() {
    List<String> subscribed;
    synchronized (this) {
      subscribed = List.copyOf(topics);
    }
    if (connected()) {
      subscribed.forEach(topic -> broker.feed(this, topic));
    }
    broker.later(
        Duration.ZERO,
        () -> {
          if (connected()) {
            events.connected();
          }
        });
  }

  /** The last value of a state. */
  void arriveRetained(byte[] topic, byte[] envelope) {
    synchronized (this) {
      if (!reachable || closed || events == null) {
        return;
      }
    }
    events.retained(topic, envelope);
  }

  /** A late message waits for the next one and arrives after it. */
  void arrive(byte[] topic, byte[] envelope, boolean late) {
    List<Frames> due = new ArrayList<>();
    synchronized (this) {
      if (!reachable || closed) {
        return;
      }
      if (late && heldBack.size() < HELD_BACK) {
        heldBack.add(new Frames(topic, envelope));
        return;
      }
      due.add(new Frames(topic, envelope));
      due.addAll(heldBack);
      heldBack.clear();
    }
    due.forEach(frames -> events.received(frames.topic, frames.envelope));
  }

  private record Frames(byte[] topic, byte[] envelope) {}
}
