package dev.lockstep.bus.zeromq;

import com.neilalexander.jnacl.crypto.curve25519xsalsa20poly1305;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;

/**
 * A publisher that speaks ZMTP 3.0 with CURVE by itself, and so can put anything into its handshake
 * that a library would not: an authorized but hostile peer.
 */
final class ForgingPublisher implements AutoCloseable {
  private static final int ZERO = 32;
  private static final int BOX_ZERO = 16;
  private static final int SHORT = 255;

  private final SecureRandom random = new SecureRandom();
  private final Socket socket;
  private final DataInputStream in;
  private final Recorder out;
  private final byte[] shortPublic = new byte[32];
  private final byte[] shortSecret = new byte[32];
  private byte[] serverShort;
  private long nonce = 1;

  ForgingPublisher(
      String address, Certificate own, Certificate broker, Map<String, String> metadata)
      throws IOException {
    Address target = Address.parse(address);
    socket = new Socket(target.host(), target.port());
    socket.setSoTimeout(10_000);
    in = new DataInputStream(socket.getInputStream());
    out = new Recorder(socket.getOutputStream());
    curve25519xsalsa20poly1305.crypto_box_keypair(shortPublic, shortSecret);
    greet();
    byte[] server = broker.publicKeyBytes();
    byte[] hello =
        concat(
            text("\5HELLO\1\0"),
            new byte[72],
            shortPublic,
            number(nonce),
            box(new byte[64], nonce("CurveZMQHELLO---", nonce++), server, shortSecret));
    send(4, hello);
    byte[] welcome = receive();
    byte[] opened =
        open(
            Arrays.copyOfRange(welcome, 24, 168),
            concat(text("WELCOME-"), Arrays.copyOfRange(welcome, 8, 24)),
            server);
    serverShort = Arrays.copyOf(opened, 32);
    byte[] cookie = Arrays.copyOfRange(opened, 32, 128);
    initiate(own, server, cookie, metadata);
    byte[] ready = receive();
    if (!new String(ready, 1, 5, StandardCharsets.US_ASCII).equals("READY")) {
      throw new IOException("not let in: " + new String(ready, StandardCharsets.US_ASCII));
    }
  }

  private void greet() throws IOException {
    byte[] greeting = new byte[64];
    greeting[0] = (byte) 0xff;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    System.arraycopy(text("CURVE"), 0, greeting, 12, 5);
    out.write(greeting);
    out.flush();
    in.readFully(new byte[64]);
  }

  private void initiate(Certificate own, byte[] server, byte[] cookie, Map<String, String> metadata)
      throws IOException {
    byte[] vouchNonce = new byte[16];
    random.nextBytes(vouchNonce);
    byte[] vouch =
        box(
            concat(shortPublic, server),
            concat(text("VOUCH---"), vouchNonce),
            serverShort,
            own.secretKeyBytes());
    ByteArrayOutputStream properties = new ByteArrayOutputStream();
    for (Map.Entry<String, String> entry : metadata.entrySet()) {
      properties.write(entry.getKey().length());
      properties.write(text(entry.getKey()));
      properties.write(ByteBuffer.allocate(4).putInt(entry.getValue().length()).array());
      properties.write(text(entry.getValue()));
    }
    byte[] content = concat(own.publicKeyBytes(), vouchNonce, vouch, properties.toByteArray());
    byte[] body =
        concat(
            text("\10INITIATE"),
            cookie,
            number(nonce),
            box(content, nonce("CurveZMQINITIATE", nonce++), serverShort, shortSecret));
    send(4, body);
  }

  /** Publishes two frames. */
  void publish(String topic, byte[] envelope) throws IOException {
    message(1, text(topic));
    message(0, envelope);
  }

  /** Everything that was sent so far. */
  byte[] sent() {
    return out.sent.toByteArray();
  }

  /** Sends the header of an encrypted frame of that size, and the beginning of its content. */
  void announceFrame(long size) throws IOException {
    byte[] begin = concat(new byte[] {2}, number(size), text("\7MESSAGE"), number(nonce));
    out.write(begin, 0, begin.length);
    out.flush();
  }

  /** Whether the broker closes the connection by then. */
  boolean isDisconnectedWithin(int millis) throws IOException {
    socket.setSoTimeout(millis);
    try {
      while (in.read() >= 0) {
        // What it had to say before.
      }
      return true;
    } catch (java.net.SocketTimeoutException open) {
      return false;
    } catch (java.net.SocketException reset) {
      return true;
    }
  }

  private static final class Recorder extends java.io.FilterOutputStream {
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    private Recorder(OutputStream to) {
      super(to);
    }

    @Override
    public void write(int value) throws IOException {
      sent.write(value);
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      sent.write(bytes, from, length);
      out.write(bytes, from, length);
    }
  }

  private void message(int flags, byte[] frame) throws IOException {
    byte[] content = concat(new byte[] {(byte) flags}, frame);
    byte[] body =
        concat(
            text("\7MESSAGE"),
            number(nonce),
            box(content, nonce("CurveZMQMESSAGEC", nonce++), serverShort, shortSecret));
    send(0, body);
  }

  private void send(int flags, byte[] body) throws IOException {
    if (body.length > SHORT) {
      out.write(flags | 2);
      out.write(number(body.length));
    } else {
      out.write(flags);
      out.write(body.length);
    }
    out.write(body);
    out.flush();
  }

  private byte[] receive() throws IOException {
    int flags = in.readUnsignedByte();
    long length = (flags & 2) != 0 ? in.readLong() : in.readUnsignedByte();
    byte[] body = new byte[Math.toIntExact(length)];
    in.readFully(body);
    return body;
  }

  private static byte[] box(byte[] content, byte[] nonce, byte[] theirs, byte[] ours) {
    byte[] plain = concat(new byte[ZERO], content);
    byte[] sealed = new byte[plain.length];
    curve25519xsalsa20poly1305.crypto_box(sealed, plain, plain.length, nonce, theirs, ours);
    return Arrays.copyOfRange(sealed, BOX_ZERO, sealed.length);
  }

  private byte[] open(byte[] sealed, byte[] nonce, byte[] theirs) throws IOException {
    byte[] padded = concat(new byte[BOX_ZERO], sealed);
    byte[] plain = new byte[padded.length];
    if (curve25519xsalsa20poly1305.crypto_box_open(
            plain, padded, padded.length, nonce, theirs, shortSecret)
        != 0) {
      throw new IOException("cannot open the broker's welcome");
    }
    return Arrays.copyOfRange(plain, ZERO, plain.length);
  }

  private static byte[] nonce(String prefix, long number) {
    return concat(text(prefix), number(number));
  }

  private static byte[] number(long value) {
    return ByteBuffer.allocate(8).putLong(value).array();
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
