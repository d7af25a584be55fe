package dev.lockstep.atomicupdates.port;

/**
 * Hears every instant of an install at which a crash would matter: before and after each side
 * effect and each write of the journal.
 *
 * <p>In production nothing listens. A test listens to list the points, to stop the program at one
 * of them, or to make the side effect fail.
 */
@FunctionalInterface
public interface FaultPoints {
  /** Nothing happens at any point. */
  FaultPoints NONE = point -> {};

  /**
   * A point is reached. Called on the thread that acts.
   *
   * @param point stable name, e.g. {@code activate.link.current.switched}
   */
  void reached(String point);
}
