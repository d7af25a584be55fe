package dev.lockstep.atomicupdates.process;

import dev.lockstep.atomicupdates.port.ProcessControl.Exits;
import java.time.Instant;
import java.util.Map;

/**
 * Ends of one unit's main process that nobody asked for, told from what systemd says at each look:
 * by {@code NRestarts}, which counts from when somebody started the unit; where that is missing
 * (before systemd 235), by another start time of the main process. Thread-safe.
 */
final class UnitExits {
  private final ExitRow row = new ExitRow();
  private String start = "";
  private int known;
  private boolean looked;
  private int replaced;

  /** The unit was started by somebody's wish. */
  synchronized void begins(Map<String, String> properties, Instant at) {
    row.reset();
    row.started(at);
    start = start(properties);
    replaced = 0;
    known = restarts(properties);
    looked = true;
  }

  /** What is known after another look. */
  synchronized Exits seen(Map<String, String> properties, boolean lives, Instant at) {
    String latest = start(properties);
    boolean another = !start.isEmpty() && !latest.isEmpty() && !latest.equals(start);
    if (another) {
      replaced++;
    }
    int total = restarts(properties) + (lives ? 0 : 1);
    if (total < known) {
      // Somebody started it again: systemd counts from there.
      row.reset();
      known = 0;
    }
    if (!looked && total > 0) {
      row.endedBefore(total, exit(properties, lives), at);
    } else if (total > known) {
      row.ended(total - known, exit(properties, lives), at);
    }
    known = total;
    looked = true;
    if (another || start.isEmpty()) {
      start = latest;
      row.started(at);
    }
    return row.at(at, lives);
  }

  private int restarts(Map<String, String> properties) {
    String told = properties.get("NRestarts");
    return told == null || told.isBlank() ? replaced : number(told);
  }

  private static String start(Map<String, String> properties) {
    String told = properties.getOrDefault("ExecMainStartTimestampMonotonic", "");
    return "0".equals(told) ? "" : told;
  }

  /** Of a process that runs again systemd does not tell how the one before ended. */
  private String exit(Map<String, String> properties, boolean lives) {
    if (lives) {
      return row.last().isEmpty() ? "exit code not known" : row.last();
    }
    return "exit code " + properties.getOrDefault("ExecMainStatus", "not known");
  }

  static int number(String text) {
    try {
      return text == null || text.isBlank() ? 0 : Integer.parseInt(text);
    } catch (NumberFormatException strange) {
      return 0;
    }
  }
}
