package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.domain.Percent;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.atomicupdates.port.Reports.Phase;

/** Tells the phases of an install as they start. */
final class Progress {
  /** Of the phase that comes between two steps. */
  private static final int STAGE_PERCENT = 30;

  private static final int ALL = 100;
  private final Reports reports;

  Progress(Reports reports) {
    this.reports = reports;
  }

  void phase(Install install, Phase phase, String message) {
    int percent =
        switch (phase) {
          case STAGE -> STAGE_PERCENT;
          case COMMIT -> ALL;
          default -> Percent.of(install);
        };
    reports.installProgress(
        install.key().jobId(),
        install.key().component(),
        install.versions().to(),
        phase,
        percent,
        message);
  }

  /** Tells again where an install is, for somebody who asks again. */
  void again(Install install) {
    Phase phase =
        install.state() == InstallState.REVERTING
            ? Phase.REVERT
            : install.state() == InstallState.INSTALLING ? phaseOf(install) : Phase.PREPARE;
    phase(install, phase, "goes on");
  }

  private static Phase phaseOf(Install install) {
    return switch (install.position().step()) {
      case QUIESCE -> Phase.PREPARE;
      case BACKUP -> Phase.BACKUP;
      case ACTIVATE -> Phase.ACTIVATE;
      case MIGRATE -> Phase.MIGRATE;
      case START -> Phase.RESTART;
      case VERIFY -> Phase.VERIFY;
    };
  }
}
