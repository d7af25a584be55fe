package dev.lockstep.frontendagent;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When the agent asks how things stand: a moment after it was away, and only if nobody has told it
 * by then. A broker that keeps last values tells at once; where none does, the answer to the first
 * of a thousand agents that come back together tells the others too. Thread-safe.
 */
final class Questions {
  private static final Logger LOG = LoggerFactory.getLogger(Questions.class);
  private static final long SHORTEST_MILLIS = 500;
  private static final long LONGEST_MILLIS = 3_000;

  /** Last values come before one knows that the connection stands. */
  private static final long BEFORE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ScheduledExecutorService thread;
  private final Runnable ask;
  private long toldAt = System.nanoTime() - TimeUnit.HOURS.toNanos(1);
  private boolean waiting;

  Questions(ScheduledExecutorService thread, Runnable ask) {
    this.thread = thread;
    this.ask = ask;
  }

  /** Something may have been missed. */
  synchronized void wanted() {
    if (waiting) {
      return;
    }
    waiting = true;
    long since = System.nanoTime() - BEFORE_NANOS;
    long pause = ThreadLocalRandom.current().nextLong(SHORTEST_MILLIS, LONGEST_MILLIS);
    try {
      thread.schedule(() -> askUnlessTold(since), pause, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("nothing is asked any more: the agent is closed");
    }
  }

  /** Whoever plans has told how things stand. */
  synchronized void answered() {
    toldAt = System.nanoTime();
  }

  private void askUnlessTold(long since) {
    boolean told;
    synchronized (this) {
      waiting = false;
      told = toldAt - since >= 0;
    }
    if (!told) {
      ask.run();
    }
  }
}
