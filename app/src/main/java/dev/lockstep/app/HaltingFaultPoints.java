package dev.lockstep.app;

import dev.lockstep.atomicupdates.port.FaultPoints;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ends this process at once, as a power cut would, when it reaches a point; for system tests.
 *
 * <p>{@code -Dlockstep.faultPoint=NAME} halts at the first time that point is reached, {@code
 * NAME#3} at the third.
 */
final class HaltingFaultPoints implements FaultPoints {
  static final String PROPERTY = "lockstep.faultPoint";
  private static final int KILLED = 137;
  private final String name;
  private final AtomicInteger left;

  private HaltingFaultPoints(String name, int count) {
    this.name = name;
    this.left = new AtomicInteger(count);
  }

  /** Nothing unless the property is set. */
  static FaultPoints fromSystemProperty() {
    String wanted = System.getProperty(PROPERTY);
    if (wanted == null) {
      return NONE;
    }
    String[] parts = wanted.split("#", 2);
    return new HaltingFaultPoints(parts[0], parts.length == 2 ? Integer.parseInt(parts[1]) : 1);
  }

  @Override
  public void reached(String point) {
    if (point.equals(name) && left.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(KILLED);
    }
  }
}
