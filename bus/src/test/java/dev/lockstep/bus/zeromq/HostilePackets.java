package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** First bytes of connections that mean harm, before anybody has proven who he is. */
final class HostilePackets {
  private static final byte[] HUGE = {0x02, 0x7f, -1, -1, -1, -1, -1, -1, -1};
  private static final byte[] NEGATIVE = {0x02, -1, -1, -1, -1, -1, -1, -1, -1};
  private static final byte[] TWO_GIGABYTES = {0x06, 0, 0, 0, 0, 0x7f, -1, -1, -1};

  private HostilePackets() {}

  /** A greeting of ZMTP 3.0 that asks for a mechanism. */
  private static byte[] greeting(String mechanism) {
    byte[] greeting = new byte[64];
    greeting[0] = (byte) 0xff;
    greeting[8] = 1;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    byte[] name = mechanism.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(name, 0, greeting, 12, name.length);
    return greeting;
  }

  private static byte[] concat(byte[] one, byte... two) {
    byte[] both = new byte[one.length + two.length];
    System.arraycopy(one, 0, both, 0, one.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }

  /** Those of which one alone ends an I/O thread that believes a length. */
  static List<byte[]> killers() {
    return List.of(
        concat(greeting("CURVE"), HUGE),
        concat(greeting("CURVE"), NEGATIVE),
        concat(greeting("CURVE"), TWO_GIGABYTES));
  }

  /** All of them, and noise that is the same in each run. */
  static List<byte[]> all() {
    List<byte[]> packets = new ArrayList<>();
    packets.add("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    packets.add(new byte[0]);
    packets.add(new byte[] {0});
    for (String mechanism : new String[] {"CURVE", "NULL", "PLAIN", "GSSAPI", "?"}) {
      packets.add(greeting(mechanism));
      packets.add(concat(greeting(mechanism), HUGE));
      packets.add(concat(greeting(mechanism), NEGATIVE));
      packets.add(concat(greeting(mechanism), TWO_GIGABYTES));
      packets.add(
          concat(greeting(mechanism), (byte) 0x04, (byte) 3, (byte) 50, (byte) 'H', (byte) 'E'));
    }
    // The old protocols have length fields of their own.
    packets.add(new byte[] {(byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 0, 0, 0, 0});
    packets.add(new byte[] {(byte) 0xff, 0x7f, -1, -1, -1, -1, -1, -1, -1, 0});
    packets.add(new byte[] {1, 0, (byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1});
    Random random = new Random(7);
    for (int count = 0; count < 20; count++) {
      byte[] noise = new byte[1 + random.nextInt(500)];
      random.nextBytes(noise);
      packets.add(noise);
      packets.add(concat(greeting("CURVE"), noise));
    }
    return packets;
  }

  /** Sends a packet and waits until the other side has had enough of it. */
  static void throwAt(String address, byte[] packet) throws IOException {
    Address target = Address.parse(address);
    try (Socket socket = new Socket(target.host(), target.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(packet);
      out.flush();
      socket.shutdownOutput();
      socket.setSoTimeout(2_000);
      while (socket.getInputStream().read() >= 0) {
        // It may greet first.
      }
    } catch (SocketException | SocketTimeoutException cutOff) {
      assertThat(cutOff).isNotNull();
    }
  }
}
