package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.backup.Backups;
import dev.lockstep.atomicupdates.journal.VerifiedFacts;
import dev.lockstep.atomicupdates.process.CommandLine;
import dev.lockstep.atomicupdates.slots.SlotDirectory;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One component of this device with what belongs to it.
 *
 * @param settings its settings
 * @param slots its slots
 * @param backups its backups
 * @param commands how its commands are run
 * @param slotsInUse held while a slot is filled, and while slots are removed
 * @param facts which descriptions of releases were verified
 */
record ManagedComponent(
    ComponentSettings settings,
    SlotDirectory slots,
    Backups backups,
    CommandLine commands,
    ReentrantLock slotsInUse,
    VerifiedFacts facts) {

  String id() {
    return settings.id();
  }

  /** Whether Lockstep starts and stops it. */
  boolean controlled() {
    return settings.process().control().byLockstep();
  }

  /** Whether it is Lockstep itself. */
  boolean own() {
    return settings.process().control() == ComponentSettings.Control.LAUNCHER;
  }

  /** Whether an install upgrades packages of the distribution as well. */
  boolean upgradesPackages() {
    return settings.kind() == ComponentSettings.Kind.PACKAGES;
  }

  /** Whether the release was signed as critical, whatever the file beside its slot says. */
  boolean critical(ReleaseVersion version) {
    return facts.critical(id(), version);
  }

  /** What is known of a release; empty where the file says something else than what was signed. */
  Optional<ReleaseDescription> description(ReleaseVersion version) {
    return slots
        .description(version)
        .filter(found -> found.component().equals(id()) && found.version().equals(version))
        .filter(found -> !facts.contradict(found));
  }

  /**
   * The active version. Where its VERSION file is damaged the link says which one it is, so that
   * another release can still be installed.
   */
  Optional<ReleaseVersion> active() {
    try {
      return slots.active();
    } catch (AtomicUpdatesException unreadable) {
      return Optional.of(slots.linked().orElseThrow(() -> unreadable));
    }
  }
}
