package dev.lockstep.bus.memory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Time that moves when a test says so, and the tasks that wait for it. Tasks run on the thread that
 * moves the time, in the order of their times, then of their coming.
 */
final class ManualTime extends Clock {
  private static final Comparator<Task> ORDER =
      Comparator.comparing((Task task) -> task.due).thenComparingLong(task -> task.number);

  private final PriorityQueue<Task> tasks = new PriorityQueue<>(ORDER);
  private Instant now;
  private long number;

  ManualTime(Instant start) {
    now = start;
  }

  synchronized Runnable schedule(Duration delay, Runnable work) {
    Task task = new Task(now.plus(delay), number++, work);
    tasks.add(task);
    return () -> remove(task);
  }

  /** Moves the time and runs everything that comes due until then. */
  void advance(Duration duration) {
    Instant end;
    synchronized (this) {
      end = now.plus(duration);
    }
    for (Task task = next(end); task != null; task = next(end)) {
      task.work.run();
    }
    synchronized (this) {
      now = end;
    }
  }

  private synchronized void remove(Task task) {
    tasks.remove(task);
  }

  private synchronized Task next(Instant end) {
    Task task = tasks.peek();
    if (task == null || task.due.isAfter(end)) {
      return null;
    }
    if (task.due.isAfter(now)) {
      now = task.due;
    }
    return tasks.poll();
  }

  @Override
  public synchronized Instant instant() {
    return now;
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException("manual time has no zones");
  }

  private record Task(Instant due, long number, Runnable work) {}
}
