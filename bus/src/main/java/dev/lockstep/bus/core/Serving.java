package dev.lockstep.bus.core;

import java.util.Set;

/** Which devices serve others, so that what concerns them concerns everybody. */
public interface Serving {
  /** Whether it is a hub's. */
  boolean isHub(String device);

  /** Whether it is a hub's, or has announced a backend. */
  boolean serves(String device);

  /** All that serve others. */
  Set<String> devices();
}
