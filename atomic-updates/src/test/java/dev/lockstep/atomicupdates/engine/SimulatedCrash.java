package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.port.FaultPoints;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The process ends at the n-th point: nothing that comes after it happens, on any thread. */
public final class SimulatedCrash implements FaultPoints {
  private final int at;
  private final String named;
  private final AtomicInteger reached = new AtomicInteger();
  private final CountDownLatch crashed = new CountDownLatch(1);
  public final List<String> points = new CopyOnWriteArrayList<>();

  private SimulatedCrash(int at, String named) {
    this.at = at;
    this.named = named;
  }

  /** Ends it at the n-th point, from 1. */
  public static SimulatedCrash at(int point) {
    return new SimulatedCrash(point, "");
  }

  /** Ends it at the first point of that name. */
  public static SimulatedCrash at(String point) {
    return new SimulatedCrash(Integer.MAX_VALUE, point);
  }

  /** Only writes the points down. */
  public static SimulatedCrash never() {
    return new SimulatedCrash(Integer.MAX_VALUE, "");
  }

  @Override
  public void reached(String point) {
    int number = reached.incrementAndGet();
    boolean here = number == at || point.equals(named);
    if (here || !happened() && number < at) {
      points.add(point);
    }
    if (!here && !happened() && number < at) {
      return;
    }
    crashed.countDown();
    throw new Crash(point);
  }

  public boolean happened() {
    return crashed.getCount() == 0;
  }

  public String where() {
    return points.get(points.size() - 1);
  }

  /** An error, so that nothing that handles failures handles it. */
  public static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash(String point) {
      super("crash at " + point, null, false, false);
    }
  }
}
