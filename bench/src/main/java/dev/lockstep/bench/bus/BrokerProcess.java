package dev.lockstep.bench.bus;

import dev.lockstep.bench.Cpu;
import dev.lockstep.bus.zeromq.Broker;
import dev.lockstep.bus.zeromq.BrokerSettings;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.bus.zeromq.FloodLimit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * A broker in a process of its own: Lockstep's, or the proxy that JeroMQ brings.
 *
 * <p>Prints its two addresses. Each line on standard input is answered with the nanoseconds of CPU
 * that the process has used.
 */
public final class BrokerProcess {
  private static final String ANY_PORT = "tcp://127.0.0.1:0";

  /** Every message is metered, and none is too much. */
  private static final FloodLimit WIDE =
      new FloodLimit(
          Integer.MAX_VALUE / 2,
          Integer.MAX_VALUE / 2,
          Integer.MAX_VALUE / 2,
          Integer.MAX_VALUE / 2,
          Integer.MAX_VALUE,
          Duration.ofSeconds(1));

  private BrokerProcess() {}

  /** Arguments: {@code ours} or {@code proxy}, file of the secret key, folder of allowed keys. */
  public static void main(String[] arguments) throws IOException {
    Certificate own = Certificate.read(Path.of(arguments[1]));
    if (arguments[0].equals("ours")) {
      Broker broker =
          Broker.start(
              BrokerSettings.encrypted(ANY_PORT, ANY_PORT, own, Path.of(arguments[2]))
                  .withLimit(WIDE),
              failure -> Runtime.getRuntime().halt(1));
      System.out.println(broker.publishAddress() + " " + broker.subscribeAddress());
    } else {
      proxy(own);
    }
    while (System.in.read() >= 0) {
      while (System.in.available() > 0 && System.in.read() != '\n') {
        // The question has no content.
        continue;
      }
      System.out.println(Cpu.ownNanos());
    }
    Runtime.getRuntime().halt(0);
  }

  private static void proxy(Certificate own) {
    ZMQ.Context context = ZMQ.context(1);
    ZMQ.Socket publishers = bind(context, SocketType.XSUB, own);
    ZMQ.Socket subscribers = bind(context, SocketType.XPUB, own);
    System.out.println(publishers.getLastEndpoint() + " " + subscribers.getLastEndpoint());
    Thread thread = new Thread(() -> ZMQ.proxy(publishers, subscribers, null), "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private static ZMQ.Socket bind(ZMQ.Context context, SocketType type, Certificate own) {
    ZMQ.Socket socket = context.socket(type);
    socket.setCurveServer(true);
    socket.setCurvePublicKey(ZMQ.Curve.z85Decode(own.publicKey()));
    socket.setCurveSecretKey(ZMQ.Curve.z85Decode(own.secretKey().orElseThrow()));
    // With a bounded queue JeroMQ loses and corrupts messages under CURVE.
    socket.setHWM(0);
    socket.bind(ANY_PORT);
    return socket;
  }
}
