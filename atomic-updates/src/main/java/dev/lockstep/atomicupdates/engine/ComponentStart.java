package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.Recovery;
import dev.lockstep.atomicupdates.port.ProcessControl.Life;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts what is active when this process starts, and tries again while it cannot be: a disk that
 * refuses once must not keep a component down. What is no longer the release that was staged is not
 * run; another release can be installed over it. Only on the thread of the {@link StateDoor}.
 */
final class ComponentStart {
  private static final Logger LOG = LoggerFactory.getLogger(ComponentStart.class);
  private static final Duration AGAIN = Duration.ofSeconds(10);
  private final EngineCore core;

  ComponentStart(EngineCore core) {
    this.core = core;
  }

  /** A component that cannot be started keeps nobody else from starting. */
  void start(ManagedComponent component) {
    try {
      Optional<ReleaseVersion> active = component.active();
      if (component.controlled() && active.isPresent() && mayStart(component, active.get())) {
        requireWhole(component, active.get());
        core.ports().processes().start(component.id(), active.get());
        // What a process before this one has said of it may not have been true for long.
        core.ports()
            .reports()
            .restartRequired(component.id(), false, active.get(), active.get(), "");
      }
    } catch (AtomicUpdatesException | IOException failed) {
      LOG.error(
          "{} is not started; tried again in {} s", component.id(), AGAIN.toSeconds(), failed);
      core.door()
          .later(
              AGAIN, () -> core.door().submit("start " + component.id(), () -> start(component)));
    }
  }

  private boolean mayStart(ManagedComponent component, ReleaseVersion active) {
    Optional<Install> last = LastChange.of(core.journal().changes(component.id()));
    if (last.filter(Install::owesData).isPresent()) {
      LOG.error(
          "{} is not started, its data are not put back: {}",
          component.id(),
          last.get().failure().message());
    }
    return last.filter(change -> !Recovery.mayStart(change, active)).isEmpty();
  }

  /** Types and sizes: the whole content would keep it from starting too long. */
  private void requireWhole(ManagedComponent component, ReleaseVersion active) throws IOException {
    if (component.own()
        || !component.slots().has(active)
        || core.ports().processes().status(component.id()).life() == Life.RUNNING) {
      return;
    }
    Optional<String> difference = component.slots().quickDifference(active);
    if (difference.isPresent()) {
      throw new IOException(
          "cannot run %s %s: its slot is damaged, %s; install another release or revert"
              .formatted(component.id(), active, difference.get()));
    }
  }
}
