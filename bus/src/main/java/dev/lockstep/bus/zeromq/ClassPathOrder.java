package dev.lockstep.bus.zeromq;

import com.neilalexander.jnacl.crypto.curve25519;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import zmq.poll.Poller;

/** Whether the classes of this module that stand in for others' are the ones in use (ADR 0017). */
final class ClassPathOrder {
  private static final Logger LOG = LoggerFactory.getLogger(ClassPathOrder.class);
  private static final AtomicBoolean LOOKED = new AtomicBoolean();

  private ClassPathOrder() {}

  /** Warns once in a process where another order than Maven's gives the libraries' own classes. */
  static void check() {
    if (LOOKED.getAndSet(true)) {
      return;
    }
    try {
      LOG.debug(
          "handshakes by the JDK's X25519: {}; looks at changed connections only: {}",
          curve25519.isOfTheJdk(),
          Poller.looksAtChangesOnly());
    } catch (NoSuchMethodError others) {
      LOG.warn(
          "connections are slower than they could be, and new ones may need 10 s: jnacl or JeroMQ"
              + " comes before lockstep-bus on the class path");
    }
  }
}
