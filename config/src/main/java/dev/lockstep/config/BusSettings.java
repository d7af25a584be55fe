package dev.lockstep.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How to reach the bus. Keys under {@code bus.}
 *
 * @param broker who runs the broker
 * @param publishAddress where publishers connect (the broker's XSUB), e.g. tcp://127.0.0.1:5555
 * @param subscribeAddress where subscribers connect (the broker's XPUB)
 * @param security how connections are protected
 * @param keyFile this process's own certificate with its secret key; absent for plain
 * @param brokerKeyFile the broker's public certificate; absent for plain
 * @param brokerSecretKeyFile the broker's own certificate with its secret key; only where embedded
 * @param authorizedKeys folder with the public certificates that may connect; only where embedded
 * @param pairingAddress where new devices ask to be let in; absent for no pairing
 * @param maxMessageSize bytes; larger messages are refused
 * @param notificationTopic a host's own topic, on which its users are told what is available
 */
public record BusSettings(
    Broker broker,
    String publishAddress,
    String subscribeAddress,
    Security security,
    Optional<Path> keyFile,
    Optional<Path> brokerKeyFile,
    Optional<Path> brokerSecretKeyFile,
    Optional<Path> authorizedKeys,
    Optional<String> pairingAddress,
    int maxMessageSize,
    Optional<String> notificationTopic) {

  /** Settings without pairing. */
  public BusSettings(
      Broker broker,
      String publishAddress,
      String subscribeAddress,
      Security security,
      Optional<Path> keyFile,
      Optional<Path> brokerKeyFile,
      Optional<Path> brokerSecretKeyFile,
      Optional<Path> authorizedKeys,
      int maxMessageSize,
      Optional<String> notificationTopic) {
    this(
        broker,
        publishAddress,
        subscribeAddress,
        security,
        keyFile,
        brokerKeyFile,
        brokerSecretKeyFile,
        authorizedKeys,
        Optional.empty(),
        maxMessageSize,
        notificationTopic);
  }

  /** Who runs the broker. */
  public enum Broker {
    /** This process. */
    EMBEDDED,
    /** Another process or machine. */
    EXTERNAL
  }

  /** How connections are protected. */
  public enum Security {
    /** Encrypted, both sides known by their keys. */
    CURVE,
    /** Nothing; only on loopback and ipc. */
    PLAIN
  }
}
