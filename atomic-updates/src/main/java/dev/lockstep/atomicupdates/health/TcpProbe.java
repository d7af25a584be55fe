package dev.lockstep.atomicupdates.health;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Healthy where a TCP connection is accepted. */
final class TcpProbe implements Probe {
  private final String host;
  private final int port;
  private final int timeoutMillis;

  TcpProbe(String host, int port, Duration timeout) {
    this.host = host;
    this.port = port;
    this.timeoutMillis = (int) Math.min(timeout.toMillis(), Integer.MAX_VALUE);
  }

  @Override
  public Answer ask(ReleaseVersion expected) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), timeoutMillis);
      return Answer.well();
    } catch (IOException failed) {
      return Answer.silent(
          "took no connection at " + host + ":" + port + " (" + failed.getMessage() + ")");
    }
  }
}
