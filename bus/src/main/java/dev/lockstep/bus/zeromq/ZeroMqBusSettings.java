package dev.lockstep.bus.zeromq;

import java.time.Duration;
import java.util.Optional;

/**
 * How a bus reaches its broker.
 *
 * @param publishAddress where publishers connect (the broker's XSUB), e.g. tcp://127.0.0.1:5555
 * @param subscribeAddress where subscribers connect (the broker's XPUB)
 * @param curve own key and the broker's; absent for plain, which only reaches this machine
 * @param maxMessageSize bytes of one envelope
 * @param linger how long closing waits for queued messages
 * @param hold how long a message waits for a connection before it is given up
 * @param heartbeat after how long without a message of its own that came back the way to the broker
 *     and back is tried; three failures in a row, a quarter of that apart, make a new connection
 * @param sendQueue messages that may wait to be sent
 * @param receiveQueue messages that may wait for their handlers
 */
public record ZeroMqBusSettings(
    String publishAddress,
    String subscribeAddress,
    Optional<CurveKeys> curve,
    int maxMessageSize,
    Duration linger,
    Duration hold,
    Duration heartbeat,
    int sendQueue,
    int receiveQueue) {
  private static final int MAX_MESSAGE_SIZE = 1 << 20;
  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final Duration HOLD = Duration.ofSeconds(10);
  private static final Duration HEARTBEAT = Duration.ofSeconds(12);
  private static final int SEND_QUEUE = 1_000;
  private static final int RECEIVE_QUEUE = 10_000;

  /**
   * Checks the addresses.
   *
   * @throws dev.lockstep.bus.BusException.AddressUnusable if one is none, or is not on this machine
   *     while there are no keys
   */
  public ZeroMqBusSettings {
    Address publish = Address.parse(publishAddress);
    Address subscribe = Address.parse(subscribeAddress);
    if (curve.isEmpty()) {
      publish.requireLocal();
      subscribe.requireLocal();
    }
  }

  /** An encrypted connection with the usual limits. */
  public static ZeroMqBusSettings encrypted(
      String publishAddress, String subscribeAddress, CurveKeys keys) {
    return usual(publishAddress, subscribeAddress, Optional.of(keys));
  }

  /** An unencrypted connection on this machine with the usual limits. */
  public static ZeroMqBusSettings plain(String publishAddress, String subscribeAddress) {
    return usual(publishAddress, subscribeAddress, Optional.empty());
  }

  private static ZeroMqBusSettings usual(
      String publishAddress, String subscribeAddress, Optional<CurveKeys> curve) {
    return new ZeroMqBusSettings(
        publishAddress,
        subscribeAddress,
        curve,
        MAX_MESSAGE_SIZE,
        LINGER,
        HOLD,
        HEARTBEAT,
        SEND_QUEUE,
        RECEIVE_QUEUE);
  }

  /** The same with another limit for one envelope. */
  public ZeroMqBusSettings withMaxMessageSize(int bytes) {
    return new ZeroMqBusSettings(
        publishAddress,
        subscribeAddress,
        curve,
        bytes,
        linger,
        hold,
        heartbeat,
        sendQueue,
        receiveQueue);
  }

  /** The same with other queues. */
  public ZeroMqBusSettings withQueues(int send, int receive) {
    return new ZeroMqBusSettings(
        publishAddress,
        subscribeAddress,
        curve,
        maxMessageSize,
        linger,
        hold,
        heartbeat,
        send,
        receive);
  }

  /** The same with other times. */
  public ZeroMqBusSettings withTimes(Duration newLinger, Duration newHold, Duration newHeartbeat) {
    return new ZeroMqBusSettings(
        publishAddress,
        subscribeAddress,
        curve,
        maxMessageSize,
        newLinger,
        newHold,
        newHeartbeat,
        sendQueue,
        receiveQueue);
  }

  /**
   * Who we are and whom we expect.
   *
   * @param own with its secret key
   * @param broker the broker's public certificate
   */
  public record CurveKeys(Certificate own, Certificate broker) {
    /** Checks that the own key can be used to prove who we are. */
    public CurveKeys {
      if (own.secretKey().isEmpty()) {
        throw new dev.lockstep.bus.BusException.KeyUnusable(
            own.name() + " " + own.publicKey(),
            "it has no secret key",
            "name the .key_secret file");
      }
      broker = broker.publicOnly();
    }
  }
}
