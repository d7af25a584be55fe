package dev.lockstep.bus.zeromq;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes TCP on; when frozen, the connections of that moment stay open but carry nothing, ever
 * again. While it is cut, no new ones are made either.
 */
final class FreezableProxy implements AutoCloseable {
  private final ServerSocket server;
  private final Address target;
  private final AtomicInteger generation = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final Queue<byte[]> answers = new ConcurrentLinkedQueue<>();
  private volatile boolean cut;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();

  FreezableProxy(String targetAddress) throws IOException {
    target = Address.parse(targetAddress);
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  String address() {
    return "tcp://127.0.0.1:" + server.getLocalPort();
  }

  void freeze() {
    generation.incrementAndGet();
  }

  /** The network is gone. */
  void cut() {
    cut = true;
    freeze();
  }

  /** The network is back, without the connections of before. */
  void heal() {
    cut = false;
  }

  /** The next connections get these bytes, one each, and are closed. */
  void answerWith(List<byte[]> packets) {
    answers.addAll(packets);
  }

  /** How many connections got nowhere: while it was cut, or because they were answered. */
  int refused() {
    return refused.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket from = server.accept();
        byte[] answer = answers.poll();
        if (cut || answer != null) {
          refused.incrementAndGet();
          if (answer != null) {
            from.getOutputStream().write(answer);
          }
          from.close();
          continue;
        }
        Socket to = new Socket(target.host(), target.port());
        sockets.addAll(List.of(from, to));
        int mine = generation.get();
        daemon(() -> pump(from, to, mine));
        daemon(() -> pump(to, from, mine));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void pump(Socket from, Socket to, int mine) {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      byte[] buffer = new byte[8_192];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (mine == generation.get()) {
          out.write(buffer, 0, read);
          out.flush();
        }
      }
    } catch (IOException closed) {
      // One of the ends is gone.
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "freezable-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
