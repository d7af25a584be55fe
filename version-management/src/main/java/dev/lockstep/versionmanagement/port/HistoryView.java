package dev.lockstep.versionmanagement.port;

import dev.lockstep.versionmanagement.port.Journal.NumberedCheck;
import java.time.Instant;
import java.util.List;

/**
 * What was done.
 *
 * @param at when it was asked for
 * @param checks newest first
 * @param deployments the running one, then the last ones, newest first
 */
public record HistoryView(
    Instant at, List<NumberedCheck> checks, List<StateView.Job> deployments) {}
