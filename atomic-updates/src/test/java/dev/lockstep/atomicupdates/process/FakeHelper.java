package dev.lockstep.atomicupdates.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A socket on which a test answers as the root helper does. */
final class FakeHelper implements AutoCloseable {
  final Path socket;
  final List<String> requests = new CopyOnWriteArrayList<>();
  private final ServerSocketChannel server;

  /** Answers each request with lines; the connection ends after them. */
  FakeHelper(Path socket, Function<String, List<String>> answers) throws IOException {
    this.socket = socket;
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  answer(server.accept(), answers);
                }
              } catch (ClosedChannelException closed) {
                // The test has ended.
              } catch (IOException broken) {
                throw new UncheckedIOException(broken);
              }
            },
            "fake-helper");
    thread.setDaemon(true);
    thread.start();
  }

  private void answer(SocketChannel client, Function<String, List<String>> answers)
      throws IOException {
    try (client) {
      String request =
          new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8)).readLine();
      requests.add(request);
      for (String line : answers.apply(request)) {
        client.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
