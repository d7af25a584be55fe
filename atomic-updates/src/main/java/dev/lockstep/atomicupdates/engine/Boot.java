package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.Recovery;
import dev.lockstep.atomicupdates.port.Launcher.WentBack;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
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
  private final ComponentStart starts;

  Boot(EngineCore core) {
    this.core = core;
    this.starts = new ComponentStart(core);
  }

  void run() {
    core.ports().processes().adopt();
    List<Install> unfinished = core.journal().unfinished();
    Optional<WentBack> wentBack = wentBack();
    core.journal().untold().forEach(core.outcomes()::tell);
    for (Install install : unfinished) {
      recover(install, wentBack);
    }
    core.waiting().closeOldAndRepeat();
    for (ManagedComponent component : core.components().values()) {
      boolean moving = OwnRelease.moving(component.id(), unfinished);
      if (component.own() && !moving) {
        ownRelease(component, wentBack);
      }
      if (!moving) {
        core.worker().submit("tidy up", () -> core.housekeeping().tidy(component));
      }
      knowWhatIsThere(component);
      starts.start(component);
      core.ports().reports().componentChanged(component.id());
    }
  }

  /**
   * A journal that knows nothing of a component that is there was lost, or of what was going on.
   */
  private void knowWhatIsThere(ManagedComponent component) {
    try {
      Optional<String> noted = core.journal().openBefore(component.id());
      Optional<ReleaseVersion> active = component.slots().linked();
      boolean known = noted.isEmpty() && !core.journal().of(component.id()).isEmpty();
      if (active.isEmpty() || known) {
        return;
      }
      Install found =
          LostJournal.found(
              component.id(),
              active.get(),
              noted,
              core.journal().setAside(),
              core.clock().instant());
      core.journal().save(found);
      if (noted.isPresent()) {
        core.outcomes().tell(found);
        core.journal().openIsKnown(component.id());
      }
    } catch (IOException | UncheckedIOException unreadable) {
      LOG.error("cannot tell what was going on with {}", component.id(), unreadable);
    }
  }

  private Optional<WentBack> wentBack() {
    try {
      return core.ports().launcher().wentBack();
    } catch (IOException unreadable) {
      LOG.warn("cannot tell whether the launcher went back", unreadable);
      return Optional.empty();
    }
  }

  /** What the launcher did alone goes into the history; a start that lasts is confirmed. */
  private void ownRelease(ManagedComponent component, Optional<WentBack> wentBack) {
    if (wentBack.isPresent()) {
      if (!OwnRelease.isIn(core.journal().of(component.id()), wentBack.get())) {
        Install record =
            OwnRelease.inHistory(component.id(), wentBack.get(), core.clock().instant());
        core.journal().save(record);
        core.outcomes().tell(record);
      }
      try {
        core.ports().launcher().forgetWentBack();
      } catch (IOException failed) {
        LOG.warn("that the launcher went back is forgotten after the next start", failed);
      }
    }
    core.door()
        .later(
            component.settings().health().window(),
            () -> core.door().submit("confirm this start", () -> confirm(component)));
  }

  private void confirm(ManagedComponent component) {
    if (OwnRelease.moving(component.id(), core.journal().unfinished())) {
      // The install that has begun meanwhile confirms its own end.
      return;
    }
    try {
      core.ports().launcher().confirm();
    } catch (IOException failed) {
      LOG.error("cannot tell the launcher that this start was good", failed);
    }
  }

  private void recover(Install install, Optional<WentBack> wentBack) {
    ManagedComponent component = core.components().get(install.key().component());
    if (component == null) {
      LOG.warn(
          "job {} is left as it is ({}): this device has no component {} any more",
          install.key().jobId(),
          install.state(),
          install.key().component());
      return;
    }
    if (install.owesData() && !owes(install, component)) {
      return;
    }
    (component.own() ? OwnRelease.atBoot(install, wentBack) : Optional.<Event>empty())
        .or(() -> Recovery.atBoot(install, component.slots()::has))
        .ifPresent(event -> core.door().apply(install, event));
  }

  private boolean owes(Install install, ManagedComponent component) {
    try {
      return LastChange.owingData(component, core.journal().changes(component.id()))
          .filter(last -> last.key().equals(install.key()))
          .isPresent();
    } catch (UncheckedIOException unreadable) {
      LOG.error("the data of {} are not put back now", component.id(), unreadable);
      return false;
    }
  }
}
