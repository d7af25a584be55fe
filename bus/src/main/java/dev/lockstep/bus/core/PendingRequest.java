package dev.lockstep.bus.core;

import com.google.protobuf.Message;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request that waits for its answer: sends again, gives up at its deadline. After {@link #start}
 * everything happens on the handler thread.
 */
final class PendingRequest<Q extends Message, A extends Message> {
  private static final Logger LOG = LoggerFactory.getLogger(PendingRequest.class);
  private static final Duration SHORTEST_RETRY = Duration.ofMillis(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

  private final Topic<Q> topic;
  private final Q message;
  private final RequestOptions options;
  private final Outbox outbox;
  private final FrameLink link;
  private final HandlerLoop loop;
  private final String messageId = UUID.randomUUID().toString();
  private final Map<String, String> attributes;
  private final String correlationId;
  private final CompletableFuture<Received<A>> answer = new CompletableFuture<>();
  private Outbox.Wrapped sent;
  private int attempts;
  private Duration retryAfter;
  private volatile HandlerLoop.Timer retry = () -> {};
  private volatile HandlerLoop.Timer deadline = () -> {};

  PendingRequest(
      Topic<Q> topic,
      Q message,
      Topic<A> answerTopic,
      RequestOptions options,
      Outbox outbox,
      FrameLink link,
      HandlerLoop loop) {
    this.topic = topic;
    this.message = message;
    this.options = options;
    this.outbox = outbox;
    this.link = link;
    this.loop = loop;
    this.retryAfter =
        options.firstRetry().compareTo(SHORTEST_RETRY) < 0 ? SHORTEST_RETRY : options.firstRetry();
    String given = options.correlationId();
    this.correlationId = given == null || given.isEmpty() ? UUID.randomUUID().toString() : given;
    this.attributes =
        Map.of(
            Attributes.CORRELATION_ID,
            correlationId,
            Attributes.REPLY_TO,
            answerTopic.name(),
            Attributes.ATTEMPT,
            "1");
  }

  CompletableFuture<Received<A>> answer() {
    return answer;
  }

  /** Sends for the first time, on the caller's thread. */
  void start() {
    send();
    deadline =
        loop.after(
            options.deadline(),
            () ->
                answer.completeExceptionally(
                    new BusException.NoAnswer(topic.name(), options.deadline())));
    scheduleRetry();
  }

  void offer(Received<A> message) {
    if (message.correlationId().equals(correlationId)) {
      answer.complete(message);
    }
  }

  /** What was sent before the connection broke may be lost; what was just queued is not. */
  void connectedAgain() {
    if (!answer.isDone() && attempts > 1) {
      send();
    }
  }

  void fail(BusException reason) {
    answer.completeExceptionally(reason);
  }

  void cancelTimers() {
    retry.cancel();
    deadline.cancel();
  }

  private void scheduleRetry() {
    retry = loop.after(retryAfter, this::sendAgain);
    if (answer.isDone()) {
      cancelTimers();
    }
  }

  private void sendAgain() {
    if (answer.isDone()) {
      return;
    }
    if (link.connected()) {
      send();
    }
    Duration doubled = retryAfter.multipliedBy(2);
    retryAfter = doubled.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : doubled;
    scheduleRetry();
  }

  private synchronized void send() {
    attempts++;
    try {
      if (sent == null) {
        outbox.publish(topic, message, messageId, attributes, wrapped -> sent = wrapped);
      } else {
        outbox.repeat(sent, attempts);
      }
    } catch (BusException.QueueFull e) {
      // As good as lost on the way: there is a next try until the deadline.
      LOG.debug("request {} could not be sent yet", messageId, e);
    } catch (BusException e) {
      answer.completeExceptionally(e);
    }
  }
}
