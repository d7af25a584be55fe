package dev.lockstep.frontendagent.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A restart that is going to happen.
 *
 * @param id stays the same while the plan is changed
 * @param device where; empty for the whole update
 * @param component what restarts; empty for the whole update
 * @param at when, by this device's clock
 * @param expectedDowntime how long it is expected to be away
 * @param postponableUntil by this device's clock; empty where it cannot be postponed
 * @param supersedes id of the notice that this one replaces; empty where it replaces none
 * @param cancelled whether it will not happen after all
 * @param reason for people
 */
public record Notice(
    String id,
    String device,
    String component,
    Instant at,
    Duration expectedDowntime,
    Optional<Instant> postponableUntil,
    String supersedes,
    boolean cancelled,
    String reason) {}
