package dev.lockstep.atomicupdates.port;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Duration;
import java.time.Instant;

/**
 * What a component said of itself on the bus.
 *
 * @param id differs from one saying to the next
 * @param version which version it runs; null where it does not say
 * @param healthy whether it works
 * @param problem what is wrong, for people; empty where nothing is
 * @param start the start of the process that speaks, as that process was told; empty where it was
 *     not
 * @param at when it said so, by its clock, which is this device's
 * @param goodFor after so long it counts no more
 */
public record OwnWord(
    String id,
    ReleaseVersion version,
    boolean healthy,
    String problem,
    String start,
    Instant at,
    Duration goodFor) {}
