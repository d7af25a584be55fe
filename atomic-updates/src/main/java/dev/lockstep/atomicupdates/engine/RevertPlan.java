package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.backup.DataChanges;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what going back would do and what would be lost, in order. Changes nothing. */
final class RevertPlan {
  private final Preparation preparation;
  private final InstallJournal journal;

  RevertPlan(Preparation preparation, InstallJournal journal) {
    this.preparation = preparation;
    this.journal = journal;
  }

  /**
   * The plan.
   *
   * @param backup whose data come back; null where the data stay
   */
  List<String> of(
      ManagedComponent component, ReleaseVersion from, ReleaseVersion to, String backup) {
    List<String> plan = new ArrayList<>();
    List<String> differences = component.slots().differences(to);
    if (!differences.isEmpty()) {
      plan.add("refuse: the slot of " + to + " differs from its manifest: " + differences.get(0));
      return plan;
    }
    plan.add("ask the components whether they are ready, then let them drain");
    plan.addAll(Plan.stopAndBackUp(component, from, preparation));
    plan.add("switch to releases/" + to + ", which is still on this device");
    plan.addAll(data(component, from, to, backup));
    plan.add(Plan.start(component, to));
    plan.add("wait until it is healthy; otherwise bring " + from + " back, data included");
    plan.add("expected downtime: " + downtime(component));
    return plan;
  }

  private List<String> data(
      ManagedComponent component, ReleaseVersion from, ReleaseVersion to, String backup) {
    if (component.settings().backupPaths().isEmpty()) {
      return List.of("lost: nothing, the component has no data that are backed up");
    }
    if (backup == null) {
      return List.of(
          "keep the data as they are",
          "lost: nothing; but %s has to read what %s wrote".formatted(to, from));
    }
    List<String> lines = new ArrayList<>();
    try {
      Instant madeAt = component.backups().madeAt(backup);
      lines.add(
          "bring back the data of %s (%s, made %s)"
              .formatted(backup, bytes(component.backups().bytes(backup)), time(madeAt)));
      DataChanges changes =
          component.backups().changesSince(backup, component.settings().backupPaths());
      lines.add(
          changes.none()
              ? "lost: nothing, the data are as they were then"
              : "lost: what was written since %s: %d files changed, %d new, %d removed (%s%s)"
                  .formatted(
                      time(madeAt),
                      changes.changed(),
                      changes.added(),
                      changes.removed(),
                      bytes(changes.bytes()),
                      changes.newest().map(at -> ", the newest of " + time(at)).orElse("")));
      if (!changes.none()) {
        lines.add("a copy of the data as they are now is kept as a backup of " + from);
      }
    } catch (IOException unreadable) {
      lines.add("refuse: " + backup + " cannot be compared with the data: " + unreadable);
    }
    return lines;
  }

  private String downtime(ManagedComponent component) {
    return lastDowntime(journal.changes(component.id()))
        .map(last -> "about %s, as last time".formatted(seconds(last)))
        .orElse("not known, nothing was measured yet");
  }

  /** Of the last install that went through. */
  static Optional<Duration> lastDowntime(List<Install> installs) {
    return installs.stream()
        .filter(install -> install.state() == InstallState.COMMITTED)
        .map(Install::downtime)
        .filter(downtime -> !downtime.isZero())
        .findFirst();
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }

  static String bytes(long bytes) {
    if (bytes < 1_000_000) {
      return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
