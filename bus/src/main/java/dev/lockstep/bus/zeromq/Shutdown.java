package dev.lockstep.bus.zeromq;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;

/** Ends threads and ZeroMQ contexts with a deadline, so that nothing can hang. */
final class Shutdown {
  private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);

  private Shutdown() {}

  /** Waits for a thread; false if it still runs at the deadline. */
  static boolean await(Thread thread, Duration deadline) {
    try {
      thread.join(Math.max(1, deadline.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive() && thread != Thread.currentThread()) {
      LOG.error(
          "{} did not end within {} ms and is left behind", thread.getName(), deadline.toMillis());
      return false;
    }
    return true;
  }

  /** Ends a context whose sockets are all closed. */
  static boolean terminate(ZMQ.Context context, String owner, Duration deadline) {
    Thread thread = new Thread(context::term, owner + "-end");
    thread.setDaemon(true);
    thread.start();
    long start = System.nanoTime();
    boolean ended = await(thread, deadline);
    LOG.trace("{} ended in {} ms", owner, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    return ended;
  }
}
