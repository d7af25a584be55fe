package dev.lockstep.app.command;

import dev.lockstep.protocol.v1.LogLine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Joins the lines of a log that were there with those that come live: each line once, in its order,
 * whatever was lost, doubled or overtaken. Not for use by several threads.
 */
final class LogJoin {
  private static final int MOST_WAITING = 10_000;
  private final Map<String, Long> next = new HashMap<>();
  private final Map<String, TreeMap<Long, LogLine>> waiting = new HashMap<>();

  /**
   * Takes a line.
   *
   * @return the lines that are to be shown now
   */
  List<LogLine> take(LogLine line) {
    String device = line.getDevice();
    TreeMap<Long, LogLine> held = waiting.computeIfAbsent(device, one -> new TreeMap<>());
    if (line.getLine() >= next(device) && held.size() < MOST_WAITING) {
      held.put(line.getLine(), line);
    }
    List<LogLine> ready = new ArrayList<>();
    while (!held.isEmpty() && held.firstKey() == next(device)) {
      ready.add(held.pollFirstEntry().getValue());
      next.put(device, next(device) + 1);
    }
    return ready;
  }

  /** Number of the line of that device that comes next. */
  long next(String device) {
    return next.getOrDefault(device, 1L);
  }
}
