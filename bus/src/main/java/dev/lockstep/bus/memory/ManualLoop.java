package dev.lockstep.bus.memory;

import dev.lockstep.bus.core.HandlerLoop;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a bus's handlers on the thread that moves the manual time. */
final class ManualLoop implements HandlerLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ManualLoop.class);

  private final ManualTime time;
  private boolean closed;

  ManualLoop(ManualTime time) {
    this.time = time;
  }

  @Override
  public boolean offer(Runnable task) {
    execute(task);
    return true;
  }

  @Override
  public void execute(Runnable task) {
    after(Duration.ZERO, task);
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    return time.schedule(delay, () -> run(task))::run;
  }

  private void run(Runnable task) {
    if (closed) {
      return;
    }
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("a task of the bus failed", e);
    }
  }

  /** Runs what waits for this very moment, as the real loop does. */
  @Override
  public void close() {
    time.advance(Duration.ZERO);
    closed = true;
  }
}
