package dev.lockstep.systemtests.kill;

import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.testkit.disk.DiskChange;
import dev.lockstep.testkit.disk.DiskWatch;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Counts the points that a run reaches. At the chosen one it says so and nothing goes on, until the
 * process is killed.
 */
final class KillPoints implements FaultPoints, DiskWatch {
  private static final long CALM = TimeUnit.MILLISECONDS.toNanos(150);
  private static final int EACH = 3;
  private final AtomicInteger changes = new AtomicInteger();
  private final int killAt;
  private final Consumer<String> standing;
  private final AtomicInteger reached = new AtomicInteger();
  private final AtomicLong last = new AtomicLong(System.nanoTime());
  private final List<String> names = new CopyOnWriteArrayList<>();

  KillPoints(int killAt, Consumer<String> standing) {
    this.killAt = killAt;
    this.standing = standing;
  }

  @Override
  public void reached(String point) {
    last.set(System.nanoTime());
    int number = reached.incrementAndGet();
    names.add(point);
    if (killAt > 0 && number == killAt) {
      standing.accept(point);
    }
    while (killAt > 0 && number >= killAt) {
      LockSupport.park(this);
    }
  }

  /**
   * What comes after a change comes before the next one. Every third is a point: what is on the
   * disk after each single one is what {@code PowerCutTest} begins with.
   */
  @Override
  public void before(DiskChange change) {
    if (change.kind() != DiskChange.Kind.READ && changes.incrementAndGet() % EACH == 0) {
      reached(change.kind() + "." + change.path().getFileName());
    }
  }

  @Override
  public void after(DiskChange change) {
    last.set(System.nanoTime());
  }

  /** Returns when nothing was reached for a while. */
  void awaitCalm() {
    for (long left = CALM; left > 0; left = last.get() + CALM - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  int count() {
    return reached.get();
  }

  /** All names in the order in which they were reached, where the run was to list them. */
  String names(int killed) {
    return killed < 0 ? " " + String.join(",", names) : "";
  }
}
