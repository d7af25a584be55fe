package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.port.Participants.Inhibited;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.config.UpdateSettings;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What comes before the first step: whether the slot is what was signed, whether a backup can be
 * made, whether the components are ready. Changes nothing. Called on the install worker.
 */
final class Preparation {
  private static final int SHOWN = 3;

  private final EnginePorts ports;
  private final Progress progress;
  private final JobLog log;
  private final UpdateSettings settings;
  private final Deferrals deferrals;
  private final Map<Install.Key, Instant> inhibitedUntil = new ConcurrentHashMap<>();

  Preparation(
      EnginePorts ports,
      Progress progress,
      JobLog log,
      UpdateSettings settings,
      Deferrals deferrals) {
    this.ports = ports;
    this.progress = progress;
    this.log = log;
    this.settings = settings;
    this.deferrals = deferrals;
  }

  /** Asks everything that has to be asked. */
  Event prepare(Install install, ManagedComponent component) {
    ReleaseVersion to = install.versions().to();
    progress.phase(install, Phase.PREPARE, "checking " + component.id() + " " + to);
    ports.faults().reached("prepare.before");
    Optional<Failure> obstacle =
        obstacle(component, install.versions().from(), to)
            .or(() -> unusable(install, component))
            .or(() -> PackagesUpgrade.obstacle(install, component, ports, log));
    if (obstacle.isPresent()) {
      return Event.notMet(obstacle.get());
    }
    progress.phase(install, Phase.PREPARE, "asking components whether they are ready");
    boolean critical = component.critical(to);
    Optional<Inhibited> asked =
        ports.participants().prepare(install.key().jobId(), component.id(), to, critical);
    Optional<Inhibited> inhibited =
        asked.flatMap(notNow -> deferrals.hear(component.id(), to, critical, notNow));
    if (asked.isPresent() && inhibited.isEmpty()) {
      progress.phase(
          install,
          Phase.PREPARE,
          "going on though %s asks to wait (%s): it was put off for long enough"
              .formatted(asked.get().owner(), asked.get().reason()));
    }
    ports.faults().reached("prepare.after");
    if (inhibited.isPresent()) {
      inhibitedUntil.put(install.key(), inhibited.get().until());
      return Event.inhibited(
          new Failure(
              ErrorCode.ERROR_CODE_INSTALL_INHIBITED,
              ErrorCategory.ERROR_CATEGORY_RETRY,
              "cannot install %s %s now: %s asks to wait until %s (%s); try again then"
                  .formatted(
                      component.id(),
                      to,
                      inhibited.get().owner(),
                      inhibited.get().until(),
                      inhibited.get().reason())));
    }
    deferrals.over(component.id(), to);
    return ready(component, install.versions().from());
  }

  /** The backup whose data are wanted is looked at before anything stops. */
  private static Optional<Failure> unusable(Install install, ManagedComponent component) {
    String restored = install.backups().restored();
    return restored == null
        ? Optional.empty()
        : component
            .backups()
            .damage(restored)
            .map(
                why ->
                    Failure.forOperator(
                        ErrorCode.ERROR_CODE_BACKUP_UNUSABLE,
                        "cannot bring the data of %s back: %s; choose another backup, or go back with --code-only"
                            .formatted(component.id(), why)));
  }

  /** Whether a component's "not now" to that install still stands. */
  boolean stillInhibited(Install.Key key) {
    Instant until = inhibitedUntil.get(key);
    return until != null && ports.clock().instant().isBefore(until);
  }

  /** What stands against the install; empty where nothing does. */
  Optional<Failure> obstacle(ManagedComponent component, ReleaseVersion from, ReleaseVersion to) {
    Optional<Failure> own = OwnRelease.obstacle(component, ports.launcher());
    if (own.isPresent()) {
      return own;
    }
    Optional<Failure> differs = differs(component, to);
    if (differs.isPresent()) {
      return differs;
    }
    return backsUp(component, from)
        ? component
            .backups()
            .obstacle(component.settings().backupPaths())
            .map(why -> noBackup(component, to, why))
        : Optional.empty();
  }

  private static Optional<Failure> differs(ManagedComponent component, ReleaseVersion to) {
    try {
      List<String> differences = component.slots().differences(to);
      return differences.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new Failure(
                  ErrorCode.ERROR_CODE_MANIFEST_MISMATCH,
                  ErrorCategory.ERROR_CATEGORY_RETRY,
                  "cannot install %s %s: its slot differs from the signed manifest (%s); download it again"
                      .formatted(
                          component.id(),
                          to,
                          String.join(
                              ", ", differences.subList(0, Math.min(SHOWN, differences.size()))))));
    } catch (AtomicUpdatesException unreadable) {
      return Optional.of(Failures.of("check the slot", unreadable));
    }
  }

  /**
   * What would stand against an install of what is staged, as far as it shows without trying it
   * out: changes nothing.
   */
  Optional<Failure> foreseen(ManagedComponent component, ReleaseVersion from, ReleaseVersion to)
      throws IOException {
    Optional<Failure> own = OwnRelease.obstacle(component, ports.launcher());
    if (own.isPresent() || !backsUp(component, from)) {
      return own;
    }
    return component
        .backups()
        .foreseenObstacle(component.settings().backupPaths())
        .map(why -> noBackup(component, to, why));
  }

  private static Failure noBackup(ManagedComponent component, ReleaseVersion to, String why) {
    return Failure.forOperator(
        ErrorCode.ERROR_CODE_BACKUP_FAILED,
        "cannot install %s %s: no backup could be made: %s".formatted(component.id(), to, why));
  }

  boolean backsUp(ManagedComponent component, ReleaseVersion from) {
    return settings.backupEnabled()
        && !component.upgradesPackages()
        && from != null
        && !component.settings().backupPaths().isEmpty();
  }

  private Event ready(ManagedComponent component, ReleaseVersion from) {
    if (!backsUp(component, from)) {
      return Event.ready(null);
    }
    ZoneId zone = settings.timeZone() == null ? ports.clock().getZone() : settings.timeZone();
    try {
      return Event.ready(
          component.backups().nameFor(from, ports.clock().instant().atZone(zone)).toString());
    } catch (IOException unreadable) {
      return Event.notMet(
          Failure.forOperator(
              ErrorCode.ERROR_CODE_BACKUP_FAILED,
              "cannot install %s: its backups in %s cannot be listed (%s); check that folder"
                  .formatted(component.id(), component.backups().folder(), unreadable)));
    }
  }
}
