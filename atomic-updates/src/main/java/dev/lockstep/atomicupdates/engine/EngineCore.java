package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Effect;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.journal.DeferralJournal;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.config.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** The parts of the engine, put together; and who carries out which effect. */
final class EngineCore {
  private final Map<String, ManagedComponent> components;
  private final EnginePorts ports;
  private final InstallJournal journal;
  private final StateDoor door;
  private final Progress progress;
  private final JobLog log;
  private final Outcomes outcomes;
  private final Preparation preparation;
  private final StagingWorker staging;
  private final InstallWorker worker;
  private final Housekeeping housekeeping;
  private final WaitingInstalls waiting;
  private final ExternalComponents external = new ExternalComponents();

  EngineCore(
      Map<String, ManagedComponent> components,
      Settings settings,
      EnginePorts ports,
      InstallJournal journal,
      DeferralJournal deferrals) {
    this.components = components;
    this.ports = ports;
    this.journal = journal;
    this.door = new StateDoor(journal, ports.clock(), ports.launcher()::broken);
    this.progress = new Progress(ports.reports());
    this.log = new JobLog(journal, ports.reports(), ports.clock());
    this.outcomes = new Outcomes(ports.reports(), journal, progress, log);
    this.preparation =
        new Preparation(
            ports,
            progress,
            log,
            settings.update(),
            new Deferrals(deferrals, settings.deployment(), ports.clock()));
    this.worker = new InstallWorker(ports, preparation, progress, log, external, door);
    this.housekeeping = new Housekeeping(journal, door, settings.update().maxBackups());
    this.staging = new StagingWorker(ports, log, door, this::makeRoom);
    this.waiting = new WaitingInstalls(journal, door, ports);
    door.actBy(this::act);
  }

  /** Of every component, as they share the disk. */
  private boolean makeRoom() {
    return components.values().stream().filter(housekeeping::makeRoom).count() > 0;
  }

  Map<String, ManagedComponent> components() {
    return components;
  }

  EnginePorts ports() {
    return ports;
  }

  Clock clock() {
    return ports.clock();
  }

  InstallJournal journal() {
    return journal;
  }

  StateDoor door() {
    return door;
  }

  Progress progress() {
    return progress;
  }

  Outcomes outcomes() {
    return outcomes;
  }

  Preparation preparation() {
    return preparation;
  }

  StagingWorker staging() {
    return staging;
  }

  InstallWorker worker() {
    return worker;
  }

  Housekeeping housekeeping() {
    return housekeeping;
  }

  WaitingInstalls waiting() {
    return waiting;
  }

  ExternalComponents external() {
    return external;
  }

  private void act(Install install, Effect effect) {
    ManagedComponent component = components.get(install.key().component());
    switch (effect.kind()) {
      case FETCH -> {
        if (install.position().resumes() == 0) {
          staging.forgetCancellation(install.key());
        }
        staging.fetch(install, component);
      }
      case ASK -> worker.prepare(install, component);
      case APPLY, UNDO -> afterPause(install, component, effect);
      case TELL_STAGED, TELL_END -> {
        outcomes.tell(install);
        waiting.reached(install);
      }
      case CLEAN_UP ->
          worker.submit(
              "tidy up after " + install.key(), () -> housekeeping.after(install, component));
    }
  }

  private void afterPause(Install install, ManagedComponent component, Effect effect) {
    if (effect.pause().equals(Duration.ZERO)) {
      worker.step(install, component, effect.step(), effect.kind());
    } else {
      door.later(
          effect.pause(), () -> worker.step(install, component, effect.step(), effect.kind()));
    }
  }
}
