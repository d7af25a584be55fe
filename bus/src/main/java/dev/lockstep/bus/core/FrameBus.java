package dev.lockstep.bus.core;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.BusStatistics;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A {@link Bus} over any {@link FrameLink}. */
public final class FrameBus implements Bus {
  private static final Logger LOG = LoggerFactory.getLogger(FrameBus.class);

  private final FrameLink link;
  private final HandlerLoop loop;
  private final Counters counters = new Counters();
  private final Outbox outbox;
  private final Inbox inbox;
  private final AnswerCache answers;
  private final Object subscribing = new Object();
  private final Set<String> answerTopics = new HashSet<>();
  private final Set<PendingRequest<?, ?>> pending = ConcurrentHashMap.newKeySet();
  private final List<Runnable> connectedCallbacks = new CopyOnWriteArrayList<>();
  private final List<Consumer<Loss>> lossCallbacks = new CopyOnWriteArrayList<>();
  private final Map<String, LongAdder> overflows = new ConcurrentHashMap<>();
  private final AtomicBoolean overflowReported = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  private FrameBus(String source, FrameLink link, HandlerLoop loop, Clock clock, BusLimits limits) {
    this.link = link;
    this.loop = loop;
    this.outbox = new Outbox(source, link, clock, limits, counters);
    this.inbox = new Inbox(limits, counters, this::answerAgain, this::report);
    this.answers = new AnswerCache(limits, clock);
  }

  /**
   * Starts a bus; it closes the link and the loop when it is closed.
   *
   * @param source the participant's name, unique on its bus
   */
  public static FrameBus open(
      String source, FrameLink link, HandlerLoop loop, Clock clock, BusLimits limits) {
    FrameBus bus = new FrameBus(source, link, loop, clock, limits);
    link.start(bus.new Arrivals());
    return bus;
  }

  @Override
  public <M extends Message> String publish(
      Topic<M> topic, M message, Map<String, String> attributes) {
    requireOpen("publish to " + topic);
    String id = UUID.randomUUID().toString();
    outbox.publish(topic, message, id, attributes, wrapped -> {});
    return id;
  }

  @Override
  public <Q extends Message, A extends Message> String reply(
      Received<Q> request, Topic<A> topic, A answer) {
    requireOpen("answer on " + topic);
    Map<String, String> attributes = new HashMap<>();
    attributes.put(Attributes.CORRELATION_ID, request.correlationId());
    String replyTo = request.attributes().get(Attributes.REPLY_TO);
    if (replyTo != null) {
      attributes.put(Attributes.REPLY_TO, replyTo);
    }
    if (!request.source().isEmpty()) {
      attributes.put(Attributes.TO, request.source());
    }
    String id = UUID.randomUUID().toString();
    outbox.publish(
        topic,
        answer,
        id,
        attributes,
        wrapped ->
            answers.add(
                request.messageId(), new AnswerCache.Answer(wrapped.topic(), wrapped.bytes())));
    return id;
  }

  @Override
  public <M extends Message> Subscription subscribe(Topic<M> topic, Handler<M> handler) {
    requireOpen("subscribe to " + topic);
    // The same handler may be subscribed twice; each subscription is its own.
    Handler<M> own = handler::accept;
    synchronized (subscribing) {
      if (inbox.add(topic, own)) {
        loop.execute(() -> inbox.startAfresh(topic.name()));
        if (!answerTopics.contains(topic.name())) {
          link.subscribe(topic.name());
        }
      }
    }
    return () -> unsubscribe(topic, own);
  }

  private void unsubscribe(Topic<?> topic, Handler<?> handler) {
    synchronized (subscribing) {
      if (inbox.remove(topic, handler) && !answerTopics.contains(topic.name())) {
        link.unsubscribe(topic.name());
      }
    }
  }

  @Override
  public <Q extends Message, A extends Message> CompletableFuture<Received<A>> request(
      Topic<Q> topic, Q message, Topic<A> answerTopic, RequestOptions options) {
    requireOpen("ask on " + topic);
    PendingRequest<Q, A> request =
        new PendingRequest<>(topic, message, answerTopic, options, outbox, link, loop);
    listenForAnswers(answerTopic);
    Subscription subscription = subscribe(answerTopic, request::offer);
    pending.add(request);
    request
        .answer()
        .whenComplete(
            (answer, failure) -> {
              pending.remove(request);
              subscription.close();
              request.cancelTimers();
            });
    request.start();
    if (closed.get()) {
      request.fail(new BusException.Closed("ask on " + topic));
    }
    return request.answer();
  }

  /**
   * The broker goes on sending the answers of a topic once asked for: subscribing anew before each
   * request would cost a round trip.
   */
  private void listenForAnswers(Topic<?> answerTopic) {
    synchronized (subscribing) {
      if (answerTopics.add(answerTopic.name())) {
        link.subscribe(answerTopic.name());
      }
    }
  }

  @Override
  public Subscription onConnected(Runnable callback) {
    requireOpen("watch the connection");
    Runnable own = callback::run;
    connectedCallbacks.add(own);
    if (link.connected()) {
      loop.execute(() -> call(own));
    }
    return () -> connectedCallbacks.remove(own);
  }

  @Override
  public Duration pace() {
    return link.pace();
  }

  @Override
  public Subscription onLoss(Consumer<Loss> callback) {
    requireOpen("watch for losses");
    Consumer<Loss> own = callback::accept;
    lossCallbacks.add(own);
    return () -> lossCallbacks.remove(own);
  }

  /** What was counted so far. */
  public BusStatistics statistics() {
    return counters.snapshot();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    link.close();
    loop.execute(
        () ->
            List.copyOf(pending)
                .forEach(request -> request.fail(new BusException.Closed("wait for an answer"))));
    loop.close();
  }

  private void requireOpen(String what) {
    if (closed.get()) {
      throw new BusException.Closed(what);
    }
  }

  private void answerAgain(String requestId) {
    for (AnswerCache.Answer answer : answers.find(requestId)) {
      try {
        outbox.repeat(answer.topic(), answer.envelope());
      } catch (BusException e) {
        // The request will come again, and so will its answer.
        LOG.debug("cannot repeat the answer to {}", requestId, e);
      }
    }
  }

  private void report(Loss loss) {
    LOG.debug("{} messages of {} on {} are missing", loss.missing(), loss.source(), loss.topic());
    lossCallbacks.forEach(callback -> call(() -> callback.accept(loss)));
  }

  private void connectionMade() {
    List.copyOf(pending).forEach(PendingRequest::connectedAgain);
    connectedCallbacks.forEach(this::call);
  }

  private void call(Runnable callback) {
    try {
      callback.run();
    } catch (RuntimeException | Error e) {
      counters.failedHandlers.increment();
      LOG.error("a callback of the bus failed", e);
    }
  }

  /** Reports, once the handlers have caught up, what was dropped because they had not. */
  private void reportOverflow() {
    overflowReported.set(false);
    for (Map.Entry<String, LongAdder> entry : overflows.entrySet()) {
      long missing = entry.getValue().sumThenReset();
      if (missing > 0) {
        LOG.warn(
            "dropped {} messages on {}: the handlers did not keep up", missing, entry.getKey());
        report(new Loss("", entry.getKey(), missing));
      }
    }
  }

  private final class Arrivals implements FrameLink.Events {
    @Override
    public void received(byte[] topic, byte[] envelope) {
      offer(topic, () -> inbox.accept(topic, envelope, false));
    }

    @Override
    public void retained(byte[] topic, byte[] envelope) {
      offer(topic, () -> inbox.accept(topic, envelope, true));
    }

    private void offer(byte[] topic, Runnable task) {
      if (loop.offer(task)) {
        return;
      }
      counters.overflowed.increment();
      // Only subscribed topics arrive here, so this map stays small.
      overflows
          .computeIfAbsent(new String(topic, StandardCharsets.UTF_8), name -> new LongAdder())
          .increment();
      if (overflowReported.compareAndSet(false, true)) {
        loop.execute(FrameBus.this::reportOverflow);
      }
    }

    @Override
    public void malformed(String why) {
      loop.execute(() -> inbox.malformed("unknown", why));
    }

    @Override
    public void connected() {
      loop.execute(FrameBus.this::connectionMade);
    }
  }
}
