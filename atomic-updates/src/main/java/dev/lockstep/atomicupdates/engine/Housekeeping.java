package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.backup.BackupOrder;
import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.domain.Recovery;
import dev.lockstep.atomicupdates.domain.Retention;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what nobody needs any more: old slots, old backups, what interruptions left. What cannot
 * be removed is logged and tried again after the next install. Called on the install worker.
 */
final class Housekeeping {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private final InstallJournal journal;
  private final EventSink events;
  private final int maxBackups;

  Housekeeping(InstallJournal journal, EventSink events, int maxBackups) {
    this.journal = journal;
    this.events = events;
    this.maxBackups = maxBackups;
  }

  /** After an install: slots are removed after a commit only. */
  void after(Install install, ManagedComponent component) {
    if (install.state() == InstallState.COMMITTED) {
      removeSlots(component);
    }
    tidy(component);
    journal.prune();
  }

  /**
   * Removes what a component can do without, for a download that lacks room. On the thread that
   * stages, so no slot of any component is being filled but the one that waits for room.
   *
   * @return whether anything was removed
   */
  boolean makeRoom(ManagedComponent component) {
    if (!component.slotsInUse().tryLock()) {
      return false;
    }
    try {
      Set<ReleaseVersion> kept =
          Retention.indispensable(
              component.active().orElse(null),
              component.slots().previousLinked().orElse(null),
              journal.of(component.id()));
      component.slots().linked().ifPresent(kept::add);
      List<ReleaseVersion> removed =
          component
              .slots()
              .remove(
                  component.slots().folders().stream()
                      .filter(version -> !kept.contains(version))
                      .toList());
      if (!removed.isEmpty()) {
        LOG.info("{}: slots {} are removed to make room", component.id(), removed);
      }
      return !removed.isEmpty();
    } catch (IOException | RuntimeException failed) {
      LOG.warn("cannot make room among the slots of {}", component.id(), failed);
      return false;
    } finally {
      component.slotsInUse().unlock();
    }
  }

  private void removeSlots(ManagedComponent component) {
    if (!component.slotsInUse().tryLock()) {
      // Something is being staged; the next commit makes room.
      return;
    }
    try {
      List<Install> installs = journal.of(component.id());
      Optional<ReleaseVersion> active = component.active();
      List<ReleaseVersion> slots = component.slots().folders();
      Set<ReleaseVersion> kept =
          Retention.keep(
              active.orElse(null),
              component.slots().previousLinked().orElse(null),
              slots,
              installs);
      component.slots().linked().ifPresent(kept::add);
      // Of what was looked at only: a slot that appears meanwhile is nobody's leftover.
      List<ReleaseVersion> removed =
          component
              .slots()
              .remove(slots.stream().filter(version -> !kept.contains(version)).toList());
      if (!removed.isEmpty()) {
        LOG.info("{}: slots {} are removed, {} are kept", component.id(), removed, kept);
      }
      installs.stream()
          .filter(waiting -> waiting.state() == InstallState.STAGED)
          .filter(waiting -> !component.slots().has(waiting.versions().to()))
          .forEach(
              waiting -> events.happened(waiting.key(), Event.slotRemoved(Recovery.gone(waiting))));
    } catch (IOException | RuntimeException failed) {
      LOG.warn("cannot remove old slots of {}", component.id(), failed);
    } finally {
      component.slotsInUse().unlock();
    }
  }

  /**
   * What interruptions left, and backups beyond the limit. Harmless at any time between installs.
   */
  void tidy(ManagedComponent component) {
    try {
      component.slots().sweep();
      List<Install> changes = journal.changes(component.id());
      component
          .backups()
          .prune(
              maxBackups,
              inUse(component, changes),
              order(changes),
              component.settings().backupPaths());
    } catch (IOException | RuntimeException failed) {
      LOG.warn("cannot tidy up after installs of {}", component.id(), failed);
    }
  }

  /**
   * The backups of installs that go on or need a person, and the one that going back to the
   * previous version would use.
   */
  private static Set<String> inUse(ManagedComponent component, List<Install> changes) {
    Set<String> used = new HashSet<>();
    boolean committedSince = false;
    for (Install install : changes) {
      boolean needsPerson = install.state() == InstallState.REVERT_FAILED && !committedSince;
      if (install.state().busy() || needsPerson) {
        add(used, install.backups().made());
        add(used, install.backups().restored());
      }
      committedSince |= install.state() == InstallState.COMMITTED;
    }
    component
        .active()
        .flatMap(
            active ->
                component.slots().previous().flatMap(previous -> dataOf(previous, active, changes)))
        .ifPresent(used::add);
    return used;
  }

  private static void add(Set<String> used, String name) {
    if (name != null) {
      used.add(name);
    }
  }

  /**
   * The backup of the data of {@code to}, made when {@code from} took its place.
   *
   * @param changes the one that changed last first
   */
  static Optional<String> dataOf(ReleaseVersion to, ReleaseVersion from, List<Install> changes) {
    return changes.stream()
        .filter(install -> install.state() == InstallState.COMMITTED)
        .findFirst()
        .filter(
            install -> from.equals(install.versions().to()) && to.equals(install.versions().from()))
        .map(install -> install.backups().made());
  }

  /** By the journal's order: the times in their names are those of a clock that may be set back. */
  static BackupOrder order(List<Install> changes) {
    return new BackupOrder(
        changes.stream()
            .map(install -> install.backups().made())
            .filter(Objects::nonNull)
            .toList());
  }
}
