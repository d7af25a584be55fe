package dev.lockstep.bench.bus;

import dev.lockstep.bus.zeromq.Certificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Sends messages to a broker and takes them back, with at most so many under way: nothing is lost,
 * whatever queue the broker has. Plain JeroMQ sockets; for one thread.
 */
final class Load implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 10_000;
  private static final Duration START = Duration.ofSeconds(30);

  private final ZMQ.Context context = ZMQ.context(1);
  private final byte[] topic;
  private final byte[] envelope;
  private final ZMQ.Socket publisher;
  private final ZMQ.Socket subscriber;

  /**
   * Connects, and waits until messages come through.
   *
   * @param addresses for publishers and for subscribers, as the broker prints them
   */
  Load(String addresses, Certificate broker, Certificate own, String topic, byte[] envelope)
      throws IOException {
    String[] both = addresses.split(" ");
    this.topic = topic.getBytes(StandardCharsets.UTF_8);
    this.envelope = envelope.clone();
    this.subscriber = connect(SocketType.SUB, both[1], broker, own);
    this.publisher = connect(SocketType.PUB, both[0], broker, own);
    awaitFirst();
  }

  private ZMQ.Socket connect(SocketType type, String address, Certificate broker, Certificate own) {
    ZMQ.Socket socket = context.socket(type);
    socket.setCurvePublicKey(ZMQ.Curve.z85Decode(own.publicKey()));
    socket.setCurveSecretKey(ZMQ.Curve.z85Decode(own.secretKey().orElseThrow()));
    socket.setCurveServerKey(ZMQ.Curve.z85Decode(broker.publicKey()));
    socket.setHWM(0);
    socket.setLinger(0);
    if (type == SocketType.SUB) {
      socket.subscribe(topic);
    }
    socket.connect(address);
    return socket;
  }

  private void awaitFirst() throws IOException {
    long giveUp = System.nanoTime() + START.toNanos();
    subscriber.setReceiveTimeOut(50);
    do {
      if (System.nanoTime() > giveUp) {
        throw new IOException("no message came through the broker");
      }
      send();
    } while (subscriber.recv() == null);
    subscriber.recv();
    subscriber.setReceiveTimeOut(500);
    while (subscriber.recv() != null) {
      subscriber.recv();
    }
    subscriber.setReceiveTimeOut(PATIENCE_MILLIS);
  }

  /** A new array each time: JeroMQ makes no copy. */
  private void send() {
    publisher.send(topic, ZMQ.SNDMORE);
    publisher.send(envelope.clone(), 0);
  }

  private void receive() throws IOException {
    byte[] first = subscriber.recv();
    byte[] second = first == null ? null : subscriber.recv();
    if (second == null || second.length != envelope.length) {
      throw new IOException("a message was lost or damaged on its way through the broker");
    }
  }

  /**
   * Sends so many and takes them back.
   *
   * @return how long that took, in nanoseconds
   */
  long run(int count, int window) throws IOException {
    long start = System.nanoTime();
    int sent = 0;
    for (int received = 0; received < count; received++) {
      for (; sent < count && sent - received < window; sent++) {
        send();
      }
      receive();
    }
    return System.nanoTime() - start;
  }

  /** Sends one at a time; microseconds for each until it was back. */
  List<Double> latencies(int count) throws IOException {
    List<Double> micros = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      micros.add(run(1, 1) / 1e3);
    }
    return micros;
  }

  @Override
  public void close() {
    publisher.close();
    subscriber.close();
    context.term();
  }
}
