package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.HealthCheck;
import dev.lockstep.atomicupdates.port.Launcher;
import dev.lockstep.atomicupdates.port.PackageUpgrades;
import dev.lockstep.atomicupdates.port.Participants;
import dev.lockstep.atomicupdates.port.ProcessControl;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.atomicupdates.port.Stager;
import java.time.Clock;

/**
 * What an {@link InstallEngine} acts through.
 *
 * @param stager brings releases into slots
 * @param participants the components that are asked
 * @param reports who is told
 * @param processes starts and stops components
 * @param health tells whether they work
 * @param packages upgrades packages of the distribution
 * @param launcher starts this process again in another version
 * @param faults hears every instant at which a crash would matter
 * @param clock what time it is
 */
public record EnginePorts(
    Stager stager,
    Participants participants,
    Reports reports,
    ProcessControl processes,
    HealthCheck health,
    PackageUpgrades packages,
    Launcher launcher,
    FaultPoints faults,
    Clock clock) {

  /** Nobody upgrades packages for this process. */
  public EnginePorts(
      Stager stager,
      Participants participants,
      Reports reports,
      ProcessControl processes,
      HealthCheck health,
      Launcher launcher,
      FaultPoints faults,
      Clock clock) {
    this(
        stager,
        participants,
        reports,
        processes,
        health,
        PackageUpgrades.NONE,
        launcher,
        faults,
        clock);
  }

  /** Without a launcher either: Lockstep itself is not installed by this process. */
  public EnginePorts(
      Stager stager,
      Participants participants,
      Reports reports,
      ProcessControl processes,
      HealthCheck health,
      FaultPoints faults,
      Clock clock) {
    this(stager, participants, reports, processes, health, Launcher.NONE, faults, clock);
  }
}
