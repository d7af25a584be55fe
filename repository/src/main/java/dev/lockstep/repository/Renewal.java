package dev.lockstep.repository;

import java.time.Instant;
import java.util.Map;

/**
 * What a refresh did besides signing snapshot and timestamp.
 *
 * @param renewed roles that were signed anew, with their new expiry
 * @param due roles that expire soon, with when; their keys are not here
 */
public record Renewal(Map<String, Instant> renewed, Map<String, Instant> due) {}
