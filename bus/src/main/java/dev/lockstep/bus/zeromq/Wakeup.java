package dev.lockstep.bus.zeromq;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wakes the thread that owns sockets from its polling. Any thread may wake. */
final class Wakeup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Wakeup.class);

  private final Pipe pipe;
  private final AtomicBoolean pending = new AtomicBoolean();
  private final ByteBuffer scratch = ByteBuffer.allocate(16);

  Wakeup() {
    try {
      pipe = Pipe.open();
      pipe.source().configureBlocking(false);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open a pipe; raise the limit of open files", e);
    }
  }

  /** What the owner polls for input. */
  SelectableChannel channel() {
    return pipe.source();
  }

  void wake() {
    if (!pending.compareAndSet(false, true)) {
      return;
    }
    try {
      pipe.sink().write(ByteBuffer.wrap(new byte[1]));
    } catch (IOException e) {
      // Only after close: then there is nobody left to wake.
      LOG.trace("nobody to wake", e);
    }
  }

  /** Called by the owner before it looks at what it was woken for. */
  void drain() {
    try {
      scratch.clear();
      pipe.source().read(scratch);
    } catch (IOException e) {
      LOG.trace("nothing to drain", e);
    }
    pending.set(false);
  }

  @Override
  public void close() {
    try {
      pipe.sink().close();
      pipe.source().close();
    } catch (IOException e) {
      LOG.debug("cannot close a pipe", e);
    }
  }
}
