package dev.lockstep.versionmanagement.port;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A restart that will happen, was moved, or is cancelled.
 *
 * @param noticeId stays the same while the plan is changed
 * @param jobId the deployment
 * @param plannedAt when, by this device's clock
 * @param expectedDowntime of what is down longest
 * @param postponableUntil absent where it cannot be postponed
 * @param supersedes the notice that this one replaces; empty where it is the first
 * @param cancelled whether it will not happen
 * @param reason for people
 */
public record RestartPlan(
    String noticeId,
    String jobId,
    Instant plannedAt,
    Duration expectedDowntime,
    Optional<Instant> postponableUntil,
    String supersedes,
    boolean cancelled,
    String reason) {}
