package zmq.poll;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import zmq.Ctx;
import zmq.ZError;

/**
 * Stands in for JeroMQ's class of this name: waits for all connections of an I/O thread and tells
 * each handler what can be done.
 *
 * <p>JeroMQ's own goes through all its connections whenever one of them begins or ceases to write,
 * which is with every message; this one looks at those that changed. And a connection that was just
 * made has the channel of the connecter that made it: where both changes came in one turn JeroMQ
 * cancelled the registration for both, and the connection stayed mute until its handshake timed
 * out. Here the newer one takes it over. JeroMQ also makes a new selector when one returns ten
 * times at once with nothing; that defect of JDK 6 is not looked for here.
 *
 * <p>Handles are used by the I/O thread only, or before it starts.
 */
public final class Poller extends PollerBase {
  private final Ctx context;
  private final Thread.UncaughtExceptionHandler complaints;
  private final Selector selector;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stopping;

  /** Those whose interests are not what the selector knows. */
  private final Set<Handle> changed = new LinkedHashSet<>();

  /** One handler's interest in one channel. */
  public static final class Handle {
    private final SelectableChannel channel;
    private final IPollEvents handler;
    private int interests;
    private boolean removed;

    /** Not interested in anything yet. */
    public Handle(SelectableChannel channel, IPollEvents handler) {
      this.channel = channel;
      this.handler = handler;
    }

    @Override
    public String toString() {
      return String.valueOf(channel);
    }
  }

  /** Makes one that does not run yet. */
  public Poller(Ctx context, String name) {
    super(name, context.getThreadFactory());
    this.context = context;
    this.complaints = context.getNotificationExceptionHandler();
    this.selector = context.createSelector();
  }

  /** Whether this is the class in use; fails to link where it is JeroMQ's. */
  public static boolean looksAtChangesOnly() {
    return true;
  }

  /** Stops, and returns when the thread has ended. Called by another thread. */
  public void destroy() {
    try {
      stop();
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      context.closeSelector(selector);
    }
  }

  /** Makes a handle; what it waits for is said afterwards. */
  public Handle addHandle(SelectableChannel channel, IPollEvents handler) {
    assert mayChange();
    adjustLoad(1);
    return new Handle(channel, handler);
  }

  /** Its handler is not called any more. */
  public void removeHandle(Handle handle) {
    assert mayChange();
    handle.removed = true;
    changed.add(handle);
    adjustLoad(-1);
  }

  /** Waits for something to read. */
  public void setPollIn(Handle handle) {
    interest(handle, handle.interests | SelectionKey.OP_READ);
  }

  /** Waits for nothing to read. */
  public void resetPollIn(Handle handle) {
    interest(handle, handle.interests & ~SelectionKey.OP_READ);
  }

  /** Waits for room to write. */
  public void setPollOut(Handle handle) {
    interest(handle, handle.interests | SelectionKey.OP_WRITE);
  }

  /** Waits for no room to write. */
  public void resetPollOut(Handle handle) {
    interest(handle, handle.interests & ~SelectionKey.OP_WRITE);
  }

  /** Waits for the end of connecting. */
  public void setPollConnect(Handle handle) {
    interest(handle, handle.interests | SelectionKey.OP_CONNECT);
  }

  /** Waits for somebody who connects. */
  public void setPollAccept(Handle handle) {
    interest(handle, handle.interests | SelectionKey.OP_ACCEPT);
  }

  private void interest(Handle handle, int interests) {
    assert mayChange();
    if (handle.interests != interests) {
      handle.interests = interests;
      changed.add(handle);
    }
  }

  private boolean mayChange() {
    return Thread.currentThread() == worker || !worker.isAlive();
  }

  /** Begins to wait, on the thread of its own. */
  public void start() {
    worker.start();
  }

  /** Ends as soon as the handlers that are called now have returned. Any thread may call. */
  public void stop() {
    stopping = true;
    selector.wakeup();
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        long millis = executeTimers();
        applyChanges();
        // Not by selectedKeys(): that set stays as large as the most that were ever ready at once.
        selector.select(this::tell, millis);
      }
    } catch (ClosedSelectorException e) {
      // The context closes it while the handler that stopped this thread returns.
      if (!stopping) {
        throw e;
      }
    } catch (IOException e) {
      throw new ZError.IOException(e);
    } finally {
      ended.countDown();
    }
  }

  /** Registers first and cancels last: a channel may go from one handle to another. */
  private void applyChanges() {
    List<Handle> removed = new ArrayList<>();
    for (Handle handle : changed) {
      if (handle.removed) {
        removed.add(handle);
      } else {
        register(handle);
      }
    }
    changed.clear();
    removed.forEach(this::cancel);
  }

  private void register(Handle handle) {
    if (!handle.channel.isOpen()) {
      return; // Its handler finds out when it reads or writes.
    }
    try {
      SelectionKey key = handle.channel.keyFor(selector);
      if (key == null) {
        handle.channel.register(selector, handle.interests, handle);
      } else {
        key.attach(handle);
        key.interestOps(handle.interests);
      }
    } catch (ClosedChannelException | CancelledKeyException e) {
      complaints.uncaughtException(worker, e);
    }
  }

  private void cancel(Handle handle) {
    SelectionKey key = handle.channel.keyFor(selector);
    if (key != null && key.attachment() == handle) {
      key.cancel();
    }
  }

  private void tell(SelectionKey key) {
    Handle handle = (Handle) key.attachment();
    try {
      if (is(key, handle, SelectionKey.OP_ACCEPT)) {
        handle.handler.acceptEvent();
      }
      if (is(key, handle, SelectionKey.OP_CONNECT)) {
        handle.handler.connectEvent();
      }
      if (is(key, handle, SelectionKey.OP_WRITE)) {
        handle.handler.outEvent();
      }
      if (is(key, handle, SelectionKey.OP_READ)) {
        handle.handler.inEvent();
      }
    } catch (RuntimeException e) {
      complaints.uncaughtException(worker, e);
    }
  }

  private static boolean is(SelectionKey key, Handle handle, int operation) {
    return !handle.removed && key.isValid() && (key.readyOps() & operation) != 0;
  }
}
