package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.BusException;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a broker listens and whom it lets in.
 *
 * @param publishAddress where it binds the XSUB socket for publishers; port 0 takes a free one
 * @param subscribeAddress where it binds the XPUB socket for subscribers; port 0 takes a free one
 * @param curve its key and the keys that may connect; absent for plain, which only binds on
 *     loopback and ipc
 * @param maxMessageSize bytes of one envelope
 * @param queue messages that may wait for one subscriber; a slower one loses messages
 * @param limit how much one key may publish
 * @param many with each so many subscribers the unchanged is to be said again ten seconds farther
 *     apart
 * @param topics all that may be published and subscribed to
 */
public record BrokerSettings(
    String publishAddress,
    String subscribeAddress,
    Optional<CurveServer> curve,
    int maxMessageSize,
    int queue,
    FloodLimit limit,
    int many,
    List<Topic<?>> topics) {
  private static final int MAX_MESSAGE_SIZE = 1 << 20;
  private static final int QUEUE = 10_000;
  private static final int MANY = 40;

  /**
   * Checks the addresses.
   *
   * @throws BusException.AddressUnusable if one is none, or is not on this machine while there are
   *     no keys
   */
  public BrokerSettings {
    if (many < 1) {
      throw new IllegalArgumentException("so few subscribers are not many: " + many);
    }
    Address publish = Address.parse(publishAddress);
    Address subscribe = Address.parse(subscribeAddress);
    if (curve.isEmpty()) {
      publish.requireLocal();
      subscribe.requireLocal();
    }
  }

  /** An encrypted broker with the usual limits. */
  public static BrokerSettings encrypted(
      String publishAddress, String subscribeAddress, Certificate own, Path authorizedKeys) {
    return new BrokerSettings(
        publishAddress,
        subscribeAddress,
        Optional.of(new CurveServer(own, authorizedKeys)),
        MAX_MESSAGE_SIZE,
        QUEUE,
        FloodLimit.usual(),
        MANY,
        Topics.all());
  }

  /** An unencrypted broker on this machine with the usual limits: everybody may publish. */
  public static BrokerSettings plain(String publishAddress, String subscribeAddress) {
    return new BrokerSettings(
        publishAddress,
        subscribeAddress,
        Optional.empty(),
        MAX_MESSAGE_SIZE,
        QUEUE,
        FloodLimit.usual(),
        MANY,
        Topics.all());
  }

  /** The same with another limit for one envelope. */
  public BrokerSettings withMaxMessageSize(int bytes) {
    return new BrokerSettings(
        publishAddress, subscribeAddress, curve, bytes, queue, limit, many, topics);
  }

  /** The same with another queue for each subscriber. */
  public BrokerSettings withQueue(int messages) {
    return new BrokerSettings(
        publishAddress, subscribeAddress, curve, maxMessageSize, messages, limit, many, topics);
  }

  /** The same with another limit for one key's messages. */
  public BrokerSettings withLimit(FloodLimit wanted) {
    return new BrokerSettings(
        publishAddress, subscribeAddress, curve, maxMessageSize, queue, wanted, many, topics);
  }

  /** The same where so many subscribers are many. */
  public BrokerSettings withMany(int subscribers) {
    return new BrokerSettings(
        publishAddress, subscribeAddress, curve, maxMessageSize, queue, limit, subscribers, topics);
  }

  /**
   * The same with a topic of the host's own, on which the hub tells its users what is available.
   */
  public BrokerSettings withHostTopic(Topic<?> topic) {
    List<Topic<?>> more = new ArrayList<>(topics);
    more.add(topic);
    return new BrokerSettings(
        publishAddress,
        subscribeAddress,
        curve,
        maxMessageSize,
        queue,
        limit,
        many,
        List.copyOf(more));
  }

  /**
   * Who the broker is and whom it knows.
   *
   * @param own with its secret key
   * @param authorizedKeys folder of public certificates ({@code *.key}) with {@code name} and
   *     {@code role} in their metadata; followed while the broker runs
   */
  public record CurveServer(Certificate own, Path authorizedKeys) {
    /** Checks that the own key can be used. */
    public CurveServer {
      if (own.secretKey().isEmpty()) {
        throw new BusException.KeyUnusable(
            own.name() + " " + own.publicKey(),
            "it has no secret key",
            "name the .key_secret file");
      }
    }
  }
}
