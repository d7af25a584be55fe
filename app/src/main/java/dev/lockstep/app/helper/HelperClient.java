package dev.lockstep.app.helper;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Asks the root helper. */
public final class HelperClient {
  private static final int REFUSED = 2;

  private HelperClient() {}

  /**
   * Sends a request and waits for its end.
   *
   * @param lines gets each line that is logged, and why it was refused
   * @return the code of what was run, 2 where it was refused
   * @throws IOException if the helper is not there, or is gone before the end
   */
  public static int ask(Path socket, String request, Consumer<String> lines) throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer bytes = ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      BufferedReader answer =
          new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
      for (String line = answer.readLine(); line != null; line = answer.readLine()) {
        if (line.startsWith("end ")) {
          return Integer.parseInt(line.substring("end ".length()));
        }
        if (line.startsWith("refused ")) {
          lines.accept(line);
          return REFUSED;
        }
        lines.accept(line.startsWith("log ") ? line.substring("log ".length()) : line);
      }
      throw new IOException("the helper was gone before it was done");
    }
  }
}
