package dev.lockstep.bus;

import com.google.protobuf.Message;
import dev.lockstep.protocol.Topic;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One participant's connection to the bus.
 *
 * <p>All methods may be called from any thread, also from a handler, and return at once. Handlers
 * of one bus are called one after the other on one thread, in the order in which messages arrived;
 * a handler must not block: what takes long goes to an executor of the handler's own. A handler
 * that throws is logged, and the bus goes on.
 *
 * <p>Delivery is at most once per message: what is published while nobody is connected is lost. A
 * message that is sent again keeps its id, and a subscriber sees each id once.
 */
public interface Bus extends AutoCloseable {

  /**
   * Publishes a message with attributes, such as the correlation id of the request that it answers.
   *
   * @return the id of the message
   * @throws BusException {@code BUS_CLOSED}, {@code BUS_QUEUE_FULL} when the network does not keep
   *     up, {@code BUS_MESSAGE_TOO_LARGE}
   */
  <M extends Message> String publish(Topic<M> topic, M message, Map<String, String> attributes);

  /** Publishes a message without attributes of its own. */
  default <M extends Message> String publish(Topic<M> topic, M message) {
    return publish(topic, message, Map.of());
  }

  /**
   * Answers a request: carries its correlation id and reply_to through, and is for the requester
   * (attribute {@code to}). A request that is sent again after its answer gets the same answer
   * again, without reaching the handler.
   */
  <Q extends Message, A extends Message> String reply(
      Received<Q> request, Topic<A> topic, A answer);

  /**
   * Calls the handler for each message of exactly this topic, until the subscription is closed.
   *
   * <p>Of a state's topic the last value per publisher and key comes first, where the broker keeps
   * it (Lockstep's does); it has the attribute {@code retained}. It may come again after a
   * reconnect, unless it was seen before.
   */
  <M extends Message> Subscription subscribe(Topic<M> topic, Handler<M> handler);

  /**
   * Sends a request and waits, without blocking, for the first answer with its correlation id. The
   * request is sent again with the same correlation and message id until an answer comes or the
   * deadline passes.
   *
   * @return completes with the answer, or with {@link BusException} {@code BUS_NO_ANSWER} or {@code
   *     BUS_CLOSED}; completed on the bus's handler thread
   */
  <Q extends Message, A extends Message> CompletableFuture<Received<A>> request(
      Topic<Q> topic, Q message, Topic<A> answerTopic, RequestOptions options);

  /** Calls back, on the handler thread, whenever the connection is made or made again. */
  Subscription onConnected(Runnable callback);

  /**
   * How far apart participants are to say again what has not changed: longer the more there are, as
   * far as the broker tells; zero where their own heartbeats are fine. See {@link Heartbeats}.
   */
  Duration pace();

  /** Calls back, on the handler thread, when a gap in a publisher's sequence shows a loss. */
  Subscription onLoss(java.util.function.Consumer<Loss> callback);

  /** Sends what is queued (bounded by the linger time), then lets go of sockets and threads. */
  @Override
  void close();

  /** Receives messages of one topic. */
  @FunctionalInterface
  interface Handler<M extends Message> {
    /** Takes one message; see {@link Bus} for threads. */
    void accept(Received<M> message);
  }

  /** A subscription or callback; closing it twice is harmless. */
  @FunctionalInterface
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Messages of a publisher that never arrived.
   *
   * @param source the publisher
   * @param topic the topic's name
   * @param missing how many
   */
  record Loss(String source, String topic, long missing) {}
}
