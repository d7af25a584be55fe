package dev.lockstep.bus.zeromq;

import java.util.concurrent.TimeUnit;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Gets connections going that JeroMQ has lost sight of.
 *
 * <p>Its poller registers a new connection under the channel of the connecter that made it. When
 * both changes come in one turn, it cancels the registration together with the connecter's, and the
 * connection stays mute until anything else happens on that I/O thread; seen with every tenth
 * connection of a process that does nothing else. So whoever is connected but hears no greeting
 * makes something happen. Pure but for {@link #perform}; times are {@link System#nanoTime}.
 */
final class Nudge {
  private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(25);
  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(1);

  /** Nobody listens on the reserved port 1, so the attempt is over at once. */
  private static final String NOWHERE = "tcp://127.0.0.1:1";

  private boolean publisherMute;
  private boolean subscriberMute;
  private long pause = FIRST_PAUSE;
  private long next;

  /** A connection was made and waits for its greeting, or no longer waits. */
  void mute(boolean publisher, boolean mute, long now) {
    if (publisher) {
      publisherMute = mute;
    } else {
      subscriberMute = mute;
    }
    if (mute) {
      pause = FIRST_PAUSE;
      next = now + pause;
    }
  }

  /** There are no connections any more. */
  void reset() {
    publisherMute = false;
    subscriberMute = false;
  }

  /** True if {@link #perform} is to be called now. */
  boolean due(long now) {
    if (!(publisherMute || subscriberMute) || now - next < 0) {
      return false;
    }
    pause = Math.min(pause * 2, LONGEST_PAUSE);
    next = now + pause;
    return true;
  }

  /** When to look again. */
  long nanosToNext(long now) {
    return publisherMute || subscriberMute ? Math.max(0, next - now) : Long.MAX_VALUE;
  }

  /** Makes something happen on the context's I/O thread. */
  static void perform(ZMQ.Context context) {
    ZMQ.Socket socket = context.socket(SocketType.PAIR);
    try {
      socket.setLinger(0);
      socket.setMaxMsgSize(0);
      socket.connect(NOWHERE);
    } finally {
      socket.close();
    }
  }
}
