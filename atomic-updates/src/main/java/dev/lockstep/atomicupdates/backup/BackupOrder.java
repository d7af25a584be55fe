package dev.lockstep.atomicupdates.backup;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which backup is newer than another. A clock that was set back gives a newer one the name of an
 * older one, so the journal's order counts; those that it does not know are older than those that
 * it knows, and are ordered by the times in their names.
 */
public final class BackupOrder {
  /** By names alone. */
  public static final BackupOrder BY_NAME = new BackupOrder(List.of());

  private final Map<String, Integer> places = new HashMap<>();

  /**
   * Takes the journal's order.
   *
   * @param newestFirst names of backups, whether they are there or not
   */
  public BackupOrder(List<String> newestFirst) {
    newestFirst.forEach(name -> places.putIfAbsent(name, places.size()));
  }

  Comparator<BackupName> newestFirst() {
    return Comparator.comparing(
            (BackupName name) -> places.getOrDefault(name.toString(), Integer.MAX_VALUE))
        .thenComparing(Comparator.comparing(BackupName::time).reversed());
  }
}
