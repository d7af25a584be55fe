package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.BusException;
import dev.lockstep.bus.pairing.PairingCodes;
import dev.lockstep.protocol.Role;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * A new device's talk with a hub. Makes the device's key; nothing is written. Used by one thread,
 * which it blocks.
 */
public final class PairingTalk implements AutoCloseable {
  private static final int ANSWER_MILLIS = 20_000;

  private final ZMQ.Context context = ZMQ.context(1);
  private final ZMQ.Socket socket;
  private final Certificate own;
  private final Certificate hub;
  private final PairingCodes codes;
  private final String request;

  /**
   * Exchanges keys with whoever answers at an address; who that is, only the codes tell.
   *
   * @param device its id
   * @throws BusException.PairingRefused if nobody answers in time, or no
   */
  public PairingTalk(String address, String device) {
    own = Certificate.generate(device, Role.DEVICE);
    socket = context.socket(SocketType.DEALER);
    try {
      connect(address);
      byte[] key = own.publicKeyBytes();
      byte[] nonce = new byte[PairingCodes.BYTES];
      new SecureRandom().nextBytes(nonce);
      List<byte[]> offer =
          ask(
              PairingWire.OFFER,
              4,
              PairingWire.HELLO,
              PairingWire.bytes(device),
              PairingCodes.commitment(device, key, nonce));
      byte[] hubKey = offer.get(2);
      byte[] hubNonce = offer.get(3);
      if (hubKey.length != PairingCodes.BYTES || hubNonce.length != PairingCodes.BYTES) {
        throw unexpected();
      }
      request = PairingWire.text(offer.get(1));
      ask(PairingWire.WAIT, 1, PairingWire.REVEAL, offer.get(1), key, nonce);
      codes = PairingCodes.of(device, key, nonce, hubKey, hubNonce);
      hub =
          new Certificate(
              ZMQ.Curve.z85Encode(hubKey), Optional.empty(), Map.of(Certificate.NAME, "broker"));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private void connect(String address) {
    new SocketOptions(PairingWire.MAX_FRAME, true, 10).apply(socket);
    ZMQ.Curve.KeyPair throwAway = ZMQ.Curve.generateKeyPair();
    socket.setCurvePublicKey(ZMQ.Curve.z85Decode(throwAway.publicKey));
    socket.setCurveSecretKey(ZMQ.Curve.z85Decode(throwAway.secretKey));
    socket.setCurveServerKey(ZMQ.Curve.z85Decode(PairingWire.EVERYBODYS_PUBLIC_KEY));
    socket.connect(Address.parse(address).text());
  }

  /** The device's own key, with its secret half. */
  public Certificate own() {
    return own;
  }

  /** The key of whoever answered; the hub's if the codes are right. */
  public Certificate hub() {
    return hub;
  }

  /** What people compare. */
  public PairingCodes codes() {
    return codes;
  }

  /** Asks once whether a person has accepted the device. */
  public boolean isAccepted() {
    List<byte[]> answer = ask(null, 1, PairingWire.ASK, PairingWire.bytes(request));
    return PairingWire.text(answer.get(0)).equals(PairingWire.ACCEPTED);
  }

  /** Sends and waits. */
  private List<byte[]> ask(String expected, int frames, String word, byte[]... parts) {
    PairingWire.send(socket, null, word, parts);
    socket.setReceiveTimeOut(ANSWER_MILLIS);
    List<byte[]> answer = PairingWire.receive(socket, 0);
    if (answer.isEmpty()) {
      throw new BusException.PairingRefused(
          "the hub does not answer", "check bus.pairing_address on both sides, and that it runs");
    }
    String said = PairingWire.text(answer.get(0));
    if (said.equals(PairingWire.REFUSED) && answer.size() == 2) {
      throw new BusException.PairingRefused(
          "the hub says: " + PairingWire.text(answer.get(1)).replaceAll("[^\\x20-\\x7e]", "?"),
          "do as it says");
    }
    if (expected != null && !said.equals(expected) || answer.size() != frames) {
      throw unexpected();
    }
    return answer;
  }

  private static BusException.PairingRefused unexpected() {
    return new BusException.PairingRefused(
        "whoever answers does not know how to pair", "check bus.pairing_address");
  }

  @Override
  public void close() {
    socket.close();
    Shutdown.terminate(context, "pairing-talk", Duration.ofSeconds(2));
  }
}
