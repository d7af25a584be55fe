package dev.lockstep.testkit;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Knows which answers of a server have begun and not ended. Thread-safe. */
final class BegunAnswers extends Filter {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);
  private int going;

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    change(1);
    try {
      chain.doFilter(exchange);
    } finally {
      change(-1);
    }
  }

  private synchronized void change(int by) {
    going += by;
    notifyAll();
  }

  /** Waits until none is going on, or five seconds: one may be held by the test itself. */
  synchronized void awaitEnded() {
    long end = System.nanoTime() + PATIENCE;
    try {
      for (long left = PATIENCE; going > 0 && left > 0; left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String description() {
    return "answers that have begun";
  }
}
