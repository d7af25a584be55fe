package dev.lockstep.bus.zeromq;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.zeromq.ZMQ;

/**
 * What devices and hubs send each other to get paired (ADR 0013): a word, then its parts as frames.
 *
 * <p>The connection is encrypted with a key that everybody knows, as in the beginning nobody knows
 * anybody: that keeps out who does not mean us, and no attacker. What is safe here is safe because
 * of the codes.
 */
final class PairingWire {
  /** The device's name and commitment. */
  static final String HELLO = "HELLO1";

  /** The hub's request id, public key and nonce. */
  static final String OFFER = "OFFER1";

  /** The request id, the device's public key and nonce. */
  static final String REVEAL = "REVEAL1";

  /** The request id. */
  static final String ASK = "ASK1";

  static final String WAIT = "WAIT1";
  static final String ACCEPTED = "ACCEPTED1";

  /** A text for people. */
  static final String REFUSED = "REFUSED1";

  /** Also in every other program that pairs; it protects nothing. */
  static final String EVERYBODYS_PUBLIC_KEY = "R+7.C(1x:#>+uW^w%SvyR/7F+:s0mGr]{2mqs+IE";

  static final String EVERYBODYS_SECRET_KEY = "w{9/XnLfjUIiN:[E4(yZrC7/eG&>I](w}<V?JIFx";

  static final int MAX_FRAME = 1_024;
  private static final int MAX_FRAMES = 8;

  private PairingWire() {}

  static void send(ZMQ.Socket socket, byte[] peer, String word, byte[]... parts) {
    if (peer != null) {
      socket.send(peer, ZMQ.SNDMORE | ZMQ.DONTWAIT);
    }
    socket.send(
        word.getBytes(StandardCharsets.US_ASCII),
        (parts.length == 0 ? 0 : ZMQ.SNDMORE) | ZMQ.DONTWAIT);
    for (int part = 0; part < parts.length; part++) {
      socket.send(parts[part], (part == parts.length - 1 ? 0 : ZMQ.SNDMORE) | ZMQ.DONTWAIT);
    }
  }

  /** All frames of the next message, as many as may make sense; empty if there is none. */
  static List<byte[]> receive(ZMQ.Socket socket, int flags) {
    List<byte[]> frames = new ArrayList<>();
    byte[] frame = socket.recv(flags);
    while (frame != null) {
      if (frames.size() < MAX_FRAMES) {
        frames.add(frame);
      }
      frame = socket.hasReceiveMore() ? socket.recv(ZMQ.DONTWAIT) : null;
    }
    return frames;
  }

  static String text(byte[] frame) {
    return new String(frame, StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
