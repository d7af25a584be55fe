package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.domain.Recovery;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done at the start of this process, in this order: take over children, go on with what was
 * interrupted, tell what was not told, start the components. Only on the thread of the {@link
 * StateDoor}.
 */
final class Boot {
  private static final Logger LOG = LoggerFactory.getLogger(Boot.class);
  private final EngineCore core;

  Boot(EngineCore core) {
    this.core = core;
  }

  void run() {
    core.ports().processes().adopt();
    List<Install> unfinished = core.journal().unfinished();
    core.journal().untold().forEach(core.outcomes()::tell);
    for (Install install : unfinished) {
      recover(install);
    }
    core.waiting().closeOldAndRepeat();
    for (ManagedComponent component : core.components().values()) {
      boolean moving =
          unfinished.stream()
              .anyMatch(
                  install ->
                      install.state().busy() && install.key().component().equals(component.id()));
      if (!moving) {
        core.worker().submit("tidy up", () -> core.housekeeping().tidy(component));
      }
      start(component);
      core.ports().reports().componentChanged(component.id());
    }
  }

  private void recover(Install install) {
    ManagedComponent component = core.components().get(install.key().component());
    if (component == null) {
      LOG.warn(
          "job {} is left as it is ({}): this device has no component {} any more",
          install.key().jobId(),
          install.state(),
          install.key().component());
      return;
    }
    Recovery.atBoot(install, new HashSet<>(component.slots().slots()))
        .ifPresent(event -> core.door().apply(install, event));
  }

  /** A component that cannot be started keeps nobody else from starting. */
  private void start(ManagedComponent component) {
    try {
      Optional<ReleaseVersion> active = component.active();
      if (!component.supervised() || active.isEmpty()) {
        return;
      }
      Optional<Install> last = lastChange(component.id());
      if (last.isEmpty() || Recovery.mayStart(last.get(), active.get())) {
        core.ports().processes().start(component.id(), active.get());
      }
    } catch (AtomicUpdatesException failed) {
      LOG.error("{} is not started", component.id(), failed);
    }
  }

  private Optional<Install> lastChange(String component) {
    return core.journal().of(component).stream()
        .filter(
            install ->
                switch (install.state()) {
                  case INSTALLING, REVERTING, COMMITTED, REVERTED, REVERT_FAILED -> true;
                  default -> false;
                })
        .max(
            Comparator.comparing(
                    (Install install) ->
                        install.state() == InstallState.INSTALLING
                            || install.state() == InstallState.REVERTING)
                .thenComparing(install -> install.times().updated()));
  }
}
