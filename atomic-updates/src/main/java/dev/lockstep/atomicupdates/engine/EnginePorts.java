package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.HealthCheck;
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
 * @param faults hears every instant at which a crash would matter
 * @param clock what time it is
 */
public record EnginePorts(
    Stager stager,
    Participants participants,
    Reports reports,
    ProcessControl processes,
    HealthCheck health,
    FaultPoints faults,
    Clock clock) {}
