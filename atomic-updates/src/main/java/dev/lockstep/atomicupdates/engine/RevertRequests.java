package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.DeviceUpdates.RevertOrder;
import dev.lockstep.atomicupdates.backup.BackupName;
import dev.lockstep.atomicupdates.backup.BackupOrder;
import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.atomicupdates.domain.DataOnRevert.Choice;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.Install.Method;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.util.Optional;

/**
 * Decides what a request to go back leads to: to which version, and whose data it gets. Only on the
 * thread of the {@link StateDoor}.
 */
final class RevertRequests {
  private final EngineCore core;
  private final Requests requests;

  RevertRequests(EngineCore core, Requests requests) {
    this.core = core;
    this.requests = requests;
  }

  /** The version to go back to, and the backup whose data it gets; or why there is none. */
  private record Way(ReleaseVersion to, String backup, Failure obstacle) {
    static Way blocked(ReleaseVersion to, Failure why) {
      return new Way(to, null, why);
    }
  }

  /** Whoever asked hears of it also where it cannot even be looked at: then nothing has begun. */
  void revert(RevertOrder order) {
    Install.Key key = new Install.Key(order.jobId(), order.component());
    try {
      revert(order, key);
    } catch (AtomicUpdatesException failed) {
      core.outcomes()
          .refuse(key, null, order.version(), Failures.of("revert " + key.component(), failed));
      core.door().withdraw(failed);
    }
  }

  private void revert(RevertOrder order, Install.Key key) {
    ManagedComponent component = core.components().get(order.component());
    if (component == null) {
      core.outcomes().refuse(key, null, order.version(), Requests.unknown(key));
      return;
    }
    ReleaseVersion from = component.active().orElse(null);
    Optional<Install> known = order.dryRun() ? Optional.empty() : core.journal().find(key);
    if (known.isPresent()) {
      ReleaseVersion meant = known.get().versions().to();
      if (requests.repeats(known.get(), order.version() == null ? meant : order.version())) {
        return;
      }
    }
    if (!order.dryRun()
        && requests.restoresFirst(
            key, component, from, order.version() == null ? from : order.version())) {
      return;
    }
    ReleaseVersion wanted = known.map(install -> install.versions().to()).orElse(order.version());
    Way way = way(component, from, wanted, order.data());
    if (way.obstacle() != null) {
      core.outcomes().refuse(key, from, way.to() == null ? from : way.to(), way.obstacle());
    } else if (order.dryRun()) {
      tellPlan(key, component, from, way);
    } else {
      String requestedBy = order.requestedBy() == null ? "" : order.requestedBy();
      Install.Order asked = new Install.Order(Method.REVERT, requestedBy, "");
      requests.begin(key, component, known, asked, from, way.to(), way.backup());
    }
  }

  private void tellPlan(Install.Key key, ManagedComponent component, ReleaseVersion from, Way way) {
    if (!component.slots().has(way.to())) {
      core.outcomes().refuse(key, from, way.to(), Requests.nothingToRevert(component, way.to()));
      return;
    }
    RevertPlan plan = new RevertPlan(core.preparation(), core.journal());
    core.worker()
        .submit(
            "plan the revert of " + component.id(),
            () ->
                core.outcomes()
                    .planned(
                        key, from, way.to(), plan.of(component, from, way.to(), way.backup())));
  }

  private Way way(
      ManagedComponent component, ReleaseVersion from, ReleaseVersion wanted, DataOnRevert data) {
    boolean named = data.choice() == Choice.RESTORE && !data.backup().isEmpty();
    ReleaseVersion to = wanted;
    if (to == null && named) {
      to = BackupName.parse(data.backup()).map(BackupName::version).orElse(null);
    }
    if (to == null) {
      to = component.slots().previous().orElse(null);
    }
    if (to == null || from == null) {
      return Way.blocked(to, Requests.nothingToRevert(component, to));
    }
    if (component.upgradesPackages()) {
      return Way.blocked(to, PackagesUpgrade.backwards(component));
    }
    return switch (data.choice()) {
      case KEEP -> new Way(to, null, null);
      case AS_KEPT ->
          new Way(
              to,
              core.preparation().backsUp(component, from)
                  ? ofThatStep(component, from, to).orElse(null)
                  : null,
              null);
      case RESTORE -> restoring(component, from, to, data.backup());
    };
  }

  private Way restoring(
      ManagedComponent component, ReleaseVersion from, ReleaseVersion to, String named) {
    if (!core.preparation().backsUp(component, from)) {
      return unusable(
          component,
          to,
          "no backup of the data as they are now would be made, so they would be lost; set"
              + " update.backup_enabled, or go back with --code-only");
    }
    try {
      String name = named;
      if (name.isEmpty()) {
        Optional<String> newest = newest(component, to);
        name = ofThatStep(component, from, to).or(() -> newest).orElse("");
      }
      if (name.isEmpty()) {
        return unusable(component, to, "there is no backup of its data; go back with --code-only");
      }
      Optional<BackupName> parsed = BackupName.parse(name);
      if (parsed.isEmpty()) {
        return unusable(
            component,
            to,
            "\"%s\" is no name of a backup; lockstep history --backups lists them".formatted(name));
      }
      if (!parsed.get().version().equals(to)) {
        return unusable(
            component,
            to,
            "%s holds the data of %s; name that version, or another backup"
                .formatted(name, parsed.get().version()));
      }
      Optional<String> problem = component.backups().problem(name);
      return problem.isPresent()
          ? unusable(
              component, to, problem.get() + "; choose another backup, or go back with --code-only")
          : new Way(to, name, null);
    } catch (IOException unreadable) {
      return unusable(
          component,
          to,
          "its backups in %s cannot be listed (%s); check that folder"
              .formatted(component.backups().folder(), unreadable));
    }
  }

  private static Way unusable(ManagedComponent component, ReleaseVersion to, String why) {
    return Way.blocked(
        to,
        Failure.forOperator(
            ErrorCode.ERROR_CODE_BACKUP_UNUSABLE,
            "cannot bring %s back to %s with its data: %s".formatted(component.id(), to, why)));
  }

  private Optional<String> ofThatStep(
      ManagedComponent component, ReleaseVersion from, ReleaseVersion to) {
    return Housekeeping.dataOf(to, from, core.journal().changes(component.id()))
        .filter(component.backups()::has);
  }

  private Optional<String> newest(ManagedComponent component, ReleaseVersion version)
      throws IOException {
    BackupOrder order = Housekeeping.order(core.journal().changes(component.id()));
    return component.backups().list(order).stream()
        .filter(name -> name.version().equals(version))
        .map(BackupName::toString)
        .findFirst();
  }
}
