package dev.lockstep.bus.zeromq;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Knows whether the way to the broker and back is open. Pure: the owner of the sockets tells it
 * what happened and asks what to do; all times are {@link System#nanoTime}.
 *
 * <p>What is published before the broker has our subscription is answered to nobody. So each round
 * has a topic of its own: subscribe to it, publish to it until it comes back; as subscriptions are
 * worked off in order, all earlier ones are in effect then. The same round trip is the heartbeat
 * that notices a broker which is silent although its connection stands.
 */
final class ConnectionProbe {
  /** Comes after "update/": where subscriptions are resent in sorted order, probes are the last. */
  static final String PREFIX = "~lockstep/probe/";

  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(2);
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);
  private static final int MISSED_PROBES = 3;

  /** What stays unanswered is asked again after this part of a heartbeat. */
  private static final int PARTS = 4;

  private final String id;
  private final long usual;
  private long heartbeat;
  private long round;
  private boolean publisherUp;
  private boolean subscriberUp;
  private boolean subscribed;
  private boolean confirmed;
  private boolean echoes = true;
  private long upSince;
  private long lastEcho;
  private long nextProbe;
  private long pause = FIRST_PAUSE;

  ConnectionProbe(String id, Duration heartbeat) {
    this.id = id;
    this.usual = heartbeat.toNanos();
    this.heartbeat = usual;
  }

  /** One of the two connections stands, or no longer. */
  void connection(boolean publisher, boolean up, long now) {
    if (publisher) {
      publisherUp = up;
    } else {
      subscriberUp = up;
    }
    if (bothUp()) {
      upSince = now;
      echoes = true;
    }
    newRound(now);
  }

  /** Both sockets were made anew. */
  void reset(long now) {
    publisherUp = false;
    subscriberUp = false;
    heartbeat = usual;
    newRound(now);
  }

  /** What was subscribed to must be in effect before the next message goes out. */
  void subscriptionsChanged(long now) {
    if (echoes) {
      newRound(now);
      upSince = now;
    }
  }

  private void newRound(long now) {
    round++;
    subscribed = false;
    confirmed = false;
    pause = FIRST_PAUSE;
    nextProbe = now;
  }

  /** A probe came back; true if that confirms the present round. */
  boolean echoed(String topic, long now) {
    if (!topic.equals(topic())) {
      return false;
    }
    lastEcho = now;
    boolean first = !confirmed;
    confirmed = bothUp();
    nextProbe = now + heartbeat;
    return first && confirmed;
  }

  /**
   * Own messages come back so far apart now; where there are many, so are probes. Zero is the usual
   * again.
   */
  void pace(Duration ofOwnMessages, long now) {
    long wanted = Math.max(usual, ofOwnMessages.toNanos() * (PARTS + 1) / PARTS);
    if (wanted < heartbeat) {
      // What came back last was soon enough until now.
      lastEcho = Math.max(lastEcho, now - wanted);
      nextProbe = Math.min(nextProbe, now + wanted / PARTS);
    }
    heartbeat = wanted;
  }

  /** A message of our own came back, which proves as much as a probe. */
  void ownCameBack(long now) {
    if (confirmed) {
      lastEcho = now;
      nextProbe = now + heartbeat;
    }
  }

  /**
   * True once if a broker that passes no probes (a stranger's that filters topics) has to be taken
   * as connected because both connections stand.
   */
  boolean giveUpWaiting(long now) {
    if (confirmed || !bothUp() || now - upSince < PATIENCE) {
      return false;
    }
    echoes = false;
    confirmed = true;
    return true;
  }

  /** True if the connection stands but nothing has come back for too long. */
  boolean silent(long now) {
    return echoes
        && confirmed
        && now - lastEcho > heartbeat + MISSED_PROBES * heartbeat / PARTS + PATIENCE;
  }

  /** True once per round: subscribe to {@link #topic()} now. */
  boolean subscriptionDue() {
    boolean due = !subscribed;
    subscribed = true;
    return due;
  }

  /** True if a probe is to be published now. */
  boolean due(long now) {
    if (!echoes || !bothUp() || now - nextProbe < 0) {
      return false;
    }
    nextProbe = now + (confirmed ? heartbeat / PARTS : pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
    return true;
  }

  /** When to look again. */
  long nanosToNextProbe(long now) {
    return echoes && bothUp() ? Math.max(0, nextProbe - now) : Long.MAX_VALUE;
  }

  /** Whether messages may go out. */
  boolean open() {
    return confirmed;
  }

  boolean bothUp() {
    return publisherUp && subscriberUp;
  }

  String topic() {
    return PREFIX + id + "/" + round;
  }
}
