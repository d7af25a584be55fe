package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.zeromq.ZeroMqBusSettings.CurveKeys;
import java.util.Set;
import java.util.function.BiConsumer;
import org.zeromq.SocketType;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import org.zeromq.ZMonitor;

/** The two sockets of a bus; made, used and closed by one thread. */
final class Sockets {
  private static final int WATCHED =
      ZMQ.EVENT_CONNECT_DELAYED
          | ZMQ.EVENT_CONNECT_RETRIED
          | ZMQ.EVENT_CONNECTED
          | ZMQ.EVENT_DISCONNECTED
          | ZMQ.EVENT_HANDSHAKE_PROTOCOL
          | zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
          | zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
          | zmq.ZMQ.ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL;

  private final ZMQ.Socket publisher;
  private final ZMQ.Socket subscriber;
  private final ZMQ.Poller poller;

  private Sockets(ZMQ.Socket publisher, ZMQ.Socket subscriber, ZMQ.Poller poller) {
    this.publisher = publisher;
    this.subscriber = subscriber;
    this.poller = poller;
  }

  /**
   * Makes and connects both.
   *
   * @param events is called on an I/O thread with whether it is about the publisher, and what
   *     happened
   */
  static Sockets connect(
      ZMQ.Context context,
      ZeroMqBusSettings settings,
      Wakeup wakeup,
      Set<String> topics,
      BiConsumer<Boolean, ZMonitor.Event> events) {
    ZMQ.Socket publisher = context.socket(SocketType.PUB);
    ZMQ.Socket subscriber = context.socket(SocketType.SUB);
    try {
      SocketOptions options =
          new SocketOptions(
              settings.maxMessageSize(), settings.curve().isPresent(), settings.sendQueue());
      prepare(publisher, options, settings, event -> events.accept(true, event.getEvent()));
      prepare(subscriber, options, settings, event -> events.accept(false, event.getEvent()));
      // A full queue is reported, not lost without a word.
      publisher.setXpubNoDrop(true);
      subscriber.subscribe(LastValueFeed.MARKER);
      topics.forEach(subscriber::subscribe);
      subscriber.connect(settings.subscribeAddress());
      publisher.connect(settings.publishAddress());
      ZMQ.Poller poller = context.poller(2);
      poller.register(subscriber, ZMQ.Poller.POLLIN);
      poller.register(wakeup.channel(), ZMQ.Poller.POLLIN);
      return new Sockets(publisher, subscriber, poller);
    } catch (RuntimeException e) {
      publisher.close();
      subscriber.close();
      throw e;
    }
  }

  private static void prepare(
      ZMQ.Socket socket,
      SocketOptions options,
      ZeroMqBusSettings settings,
      ZEvent.ZEventConsummer events) {
    options.apply(socket);
    if (settings.curve().isPresent()) {
      CurveKeys keys = settings.curve().get();
      socket.setCurvePublicKey(keys.own().publicKeyBytes());
      socket.setCurveSecretKey(keys.own().secretKeyBytes());
      socket.setCurveServerKey(keys.broker().publicKeyBytes());
    }
    socket.setEventHook(events, WATCHED);
  }

  void poll(long millis) {
    poller.poll(millis);
  }

  /** One frame, if there is one. */
  byte[] receive() {
    return subscriber.recv(ZMQ.DONTWAIT);
  }

  boolean hasMore() {
    return subscriber.hasReceiveMore();
  }

  /** False if the queue to the network is full. */
  boolean send(byte[] frame, boolean more) {
    return publisher.send(frame, more ? ZMQ.DONTWAIT | ZMQ.SNDMORE : ZMQ.DONTWAIT);
  }

  void subscribe(String topic) {
    subscriber.subscribe(topic);
  }

  void unsubscribe(String topic) {
    subscriber.unsubscribe(topic);
  }

  /** Once connected there is no hurry any more. */
  void reconnectSlowly() {
    publisher.setReconnectIVL(SocketOptions.LATER_RECONNECT_MILLIS);
    subscriber.setReconnectIVL(SocketOptions.LATER_RECONNECT_MILLIS);
  }

  /** Hands what is queued to the network for at most the given time after this call. */
  void close(long lingerMillis) {
    poller.close();
    subscriber.close();
    publisher.setLinger((int) lingerMillis);
    publisher.close();
  }
}
