package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.core.Pace;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.core.RateLimitedLog;
import dev.lockstep.bus.core.ReadRights;
import dev.lockstep.bus.core.Shown;
import dev.lockstep.bus.core.TokenBucket;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;
import zmq.Msg;
import zmq.pipe.Pipe;

/**
 * The broker's end towards subscribers: knows who each of them is, and lets each subscribe to what
 * its role may read. Used by the broker's thread.
 */
final class Readers implements PeerSocket.Peers {
  /** Without keys nobody can be told from anybody. */
  private static final Participant ANYBODY =
      new Participant("somebody on this machine", Role.HUB, "", "");

  private static final Audience NOBODY = new Audience();

  private static final int MOST_PREFIXES = 500;
  private static final int LONGEST_OWN_TOPIC = 80;
  private static final int SUBSCRIPTIONS_PER_SECOND = 100;
  private static final int SUBSCRIPTION_BURST = 2_000;

  private final RateLimitedLog audit = new RateLimitedLog(LoggerFactory.getLogger(Readers.class));
  private final Map<Pipe, Reader> connected = new HashMap<>();
  private final Map<String, Audience> byTopic = new HashMap<>();
  private final Optional<AllowList> allowed;
  private final List<Topic<?>> topics;
  private final BiConsumer<Reader, List<Topic<?>>> newcomer;
  private final ZMQ.Socket socket;
  private final Pace pace;
  private boolean paceChanged;
  final LongAdder refused = new LongAdder();
  final LongAdder lost = new LongAdder();

  /**
   * Nobody is connected yet.
   *
   * @param topics all that there are
   * @param pace how far apart readers are to repeat themselves
   * @param newcomer is told what a reader has just subscribed to, before it gets any message of it
   */
  Readers(
      ZMQ.Context context,
      Optional<AllowList> allowed,
      List<Topic<?>> topics,
      Pace pace,
      BiConsumer<Reader, List<Topic<?>>> newcomer) {
    this.allowed = allowed;
    this.topics = topics;
    this.pace = pace;
    this.newcomer = newcomer;
    this.socket = PeerSocket.make(context, zmq.ZMQ.ZMQ_XPUB, this);
  }

  ZMQ.Socket socket() {
    return socket;
  }

  @Override
  public void attached(Pipe pipe) {
    connected.put(pipe, new Reader(pipe));
    paceChanged |= pace.changedBy(connected.size());
  }

  @Override
  public void readable(Pipe pipe) {
    for (Msg message = pipe.read(); message != null; message = pipe.read()) {
      Reader reader = connected.get(pipe);
      byte[] frame = message.data();
      if (reader != null && frame.length > 0 && (frame[0] == 0 || frame[0] == 1)) {
        subscription(reader, frame);
      }
    }
  }

  @Override
  public void gone(Pipe pipe) {
    Reader reader = connected.remove(pipe);
    if (reader != null) {
      for (String topic : List.copyOf(reader.topics.keySet())) {
        forget(reader, topic);
      }
      paceChanged |= pace.changedBy(connected.size());
    }
  }

  @Override
  public boolean hasInput() {
    return false;
  }

  /** Lets the socket look after connections that come, go and subscribe. */
  void refresh() {
    socket.base().recv(ZMQ.DONTWAIT);
    if (paceChanged) {
      paceChanged = false;
      List.copyOf(connected.values()).forEach(this::tellPace);
    }
  }

  private void tellPace(Reader reader) {
    tell(reader, LastValueFeed.PACE, (byte) pace.now().toSeconds());
  }

  /** Tells whoever follows the last values something about them. */
  void tell(Reader reader, byte... what) {
    if (reader.topics.containsKey(LastValueFeed.MARKER)) {
      Msg topic = new Msg(LastValueFeed.MARKER.getBytes(StandardCharsets.UTF_8));
      topic.setFlags(Msg.MORE);
      write(reader, topic, new Msg(what));
    }
  }

  /** Who has subscribed to a topic. */
  Audience of(String topic) {
    return byTopic.getOrDefault(topic, NOBODY);
  }

  /** Writes to one reader; whoever does not keep up loses, and nobody else does. */
  boolean write(Reader reader, Msg topic, Msg envelope) {
    if (!reader.pipe.write(topic)) {
      lost.increment();
      audit.warn(
          "slow " + reader.who().name(),
          () -> reader.who() + " does not keep up; what it does not take in time is lost for it");
      return false;
    }
    reader.pipe.write(envelope);
    reader.pipe.flush();
    return true;
  }

  /**
   * Closes the connections of those who are not to be known any more, or not as they were.
   *
   * @param silentToo whether also of those of whom nothing is known, as they have not subscribed
   */
  void disconnectIf(Predicate<AllowList.Known> changed, boolean silentToo) {
    for (Reader reader : List.copyOf(connected.values())) {
      if (reader.known.map(changed::test).orElse(silentToo)) {
        cutOff(reader);
      }
    }
  }

  private void cutOff(Reader reader) {
    gone(reader.pipe);
    Seams.disconnect(reader.pipe);
  }

  private void subscription(Reader reader, byte[] frame) {
    if (!reader.identify()) {
      refused.increment();
      audit.warn("?", () -> "refused a subscription: its key is not known");
      cutOff(reader);
      return;
    }
    if (!reader.changes.take(1, System.nanoTime())) {
      refused.increment();
      audit.warn(
          reader.who().name(), () -> "cut off " + reader.who() + ": it never stops subscribing");
      cutOff(reader);
      return;
    }
    String prefix = new String(frame, 1, frame.length - 1, StandardCharsets.UTF_8);
    if (frame[0] == 0) {
      unsubscribe(reader, prefix);
    } else if (reader.prefixes.size() >= MOST_PREFIXES) {
      refused(reader, prefix, "it has too many subscriptions");
    } else if (reader.prefixes.add(prefix)) {
      subscribe(reader, prefix);
    }
  }

  private void subscribe(Reader reader, String prefix) {
    List<Topic<?>> fresh = new ArrayList<>();
    boolean any = false;
    boolean kept = false;
    for (Topic<?> topic : topics) {
      if (topic.name().startsWith(prefix)) {
        any = true;
        if (!ReadRights.mayRead(reader.who(), topic)) {
          kept = topic.name().equals(prefix);
        } else if (reader.topics.merge(topic.name(), 1, Integer::sum) == 1) {
          fresh.add(topic);
        }
      }
    }
    if (isOwn(prefix) && prefix.length() <= LONGEST_OWN_TOPIC) {
      any = true;
      reader.topics.merge(prefix, 1, Integer::sum);
      byTopic.computeIfAbsent(prefix, name -> new Audience()).add(reader);
      if (prefix.equals(LastValueFeed.MARKER) && !pace.now().isZero()) {
        tellPace(reader);
      }
    }
    if (kept) {
      refused(reader, prefix, "its role may not read it");
    } else if (!any) {
      refused(reader, prefix, "no topic begins like that");
    }
    if (!fresh.isEmpty()) {
      newcomer.accept(reader, fresh);
      fresh.forEach(
          topic -> byTopic.computeIfAbsent(topic.name(), name -> new Audience()).add(reader));
    }
  }

  /** What the broker and buses tell each other; never on the list of topics. */
  private static boolean isOwn(String topic) {
    return topic.startsWith(ConnectionProbe.PREFIX) || topic.equals(LastValueFeed.MARKER);
  }

  private void unsubscribe(Reader reader, String prefix) {
    if (!reader.prefixes.remove(prefix)) {
      return;
    }
    for (String topic : List.copyOf(reader.topics.keySet())) {
      boolean meant = isOwn(topic) ? topic.equals(prefix) : topic.startsWith(prefix);
      if (meant && reader.topics.computeIfPresent(topic, Reader::oneLess) == null) {
        forget(reader, topic);
      }
    }
  }

  private void forget(Reader reader, String topic) {
    Audience audience = byTopic.get(topic);
    if (audience != null) {
      audience.remove(reader);
      if (audience.isEmpty()) {
        byTopic.remove(topic);
      }
    }
  }

  private void refused(Reader reader, String prefix, String why) {
    refused.increment();
    audit.warn(
        reader.who().name(),
        () -> "no messages for " + reader.who() + " on " + Shown.of(prefix) + ": " + why);
  }

  /** One subscriber's connection. */
  final class Reader {
    private final Pipe pipe;
    private final Set<String> prefixes = new LinkedHashSet<>();
    private final Map<String, Integer> topics = new HashMap<>();
    private final TokenBucket changes =
        new TokenBucket(SUBSCRIPTIONS_PER_SECOND, SUBSCRIPTION_BURST, System.nanoTime());
    private Optional<AllowList.Known> known = Optional.empty();

    private Reader(Pipe pipe) {
      this.pipe = pipe;
    }

    Participant who() {
      return known.map(AllowList.Known::participant).orElse(ANYBODY);
    }

    private boolean identify() {
      if (allowed.isPresent() && known.isEmpty()) {
        known = allowed.get().byToken(PeerSocket.token(pipe));
      }
      return allowed.isEmpty() || known.isPresent();
    }

    private static Integer oneLess(String topic, Integer count) {
      return count == 1 ? null : count - 1;
    }
  }
}
