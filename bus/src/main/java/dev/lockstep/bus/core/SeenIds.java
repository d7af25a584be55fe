package dev.lockstep.bus.core;

import java.util.LinkedHashMap;
import java.util.Map;

/** The last message ids. Used by one thread. */
final class SeenIds {
  private final Map<String, Boolean> ids;

  SeenIds(int capacity) {
    ids =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > capacity;
          }
        };
  }

  /** True for an id that is not among the last ones; it is now. */
  boolean add(String id) {
    return ids.put(id, Boolean.TRUE) == null;
  }
}
