package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.BusException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A ZeroMQ address that a broker or bus may use: {@code tcp://HOST:PORT} or {@code ipc:///PATH}.
 *
 * @param text as given
 * @param host of tcp; empty for ipc
 * @param port of tcp; -1 for ipc
 */
record Address(String text, String host, int port) {
  private static final Pattern TCP =
      Pattern.compile("tcp://(\\[[0-9A-Fa-f:.%]+]|[^:\\[\\]]+):(\\d{1,5}|\\*)");
  private static final Pattern IPC = Pattern.compile("ipc://(/.+)");
  private static final int HIGHEST_PORT = 65_535;

  /** Reads an address; refuses what is neither tcp nor ipc. */
  static Address parse(String text) {
    Matcher tcp = TCP.matcher(text);
    if (tcp.matches()) {
      int port = tcp.group(2).equals("*") ? 0 : Integer.parseInt(tcp.group(2));
      if (port <= HIGHEST_PORT) {
        return new Address(text, tcp.group(1), port);
      }
    }
    if (IPC.matcher(text).matches()) {
      return new Address(text, "", -1);
    }
    throw new BusException.AddressUnusable(
        text, "it is not an address", "write tcp://HOST:PORT or ipc:///PATH");
  }

  /** Plaintext never leaves the machine. */
  Address requireLocal() {
    if (!isIpc() && !isLoopback()) {
      throw new BusException.AddressUnusable(
          text,
          "without encryption only this machine itself may be reached",
          "set bus.security to curve, or use 127.0.0.1 or ipc://");
    }
    return this;
  }

  boolean isIpc() {
    return port < 0;
  }

  private boolean isLoopback() {
    if (host.equals("localhost")) {
      return true;
    }
    boolean literal = host.startsWith("[") || host.matches("[0-9.]+");
    try {
      // Names other than localhost are not resolved: what they mean can change.
      return literal && InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** A broker that was killed leaves its socket file, on which nobody can bind any more. */
  void removeStaleSocketFile() {
    if (!isIpc()) {
      return;
    }
    Path file = Path.of(text.substring("ipc://".length()));
    if (!Files.exists(file) || Files.isRegularFile(file) || Files.isDirectory(file)) {
      return;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(file));
    } catch (IOException nobodyListens) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new BusException.AddressUnusable(
            text, "the socket file of an earlier broker is in the way", "remove " + file);
      }
    }
  }
}
