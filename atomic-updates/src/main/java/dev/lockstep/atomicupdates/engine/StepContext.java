package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.port.Reports.Phase;

/**
 * What a step works with.
 *
 * @param install the install as the journal holds it
 * @param component the component
 * @param ports what it acts through
 * @param progress tells how far it is
 * @param log the job's log
 * @param external what is known of components that somebody else starts
 */
record StepContext(
    Install install,
    ManagedComponent component,
    EnginePorts ports,
    Progress progress,
    JobLog log,
    ExternalComponents external) {

  String id() {
    return component.id();
  }

  void phase(Phase phase, String message) {
    progress.phase(install, phase, message);
  }

  void log(String line) {
    log.line(install.key().jobId(), line);
  }

  void fault(String point) {
    ports.faults().reached(point);
  }
}
