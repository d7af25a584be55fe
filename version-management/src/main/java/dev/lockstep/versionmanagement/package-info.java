/**
 * Knows what is installed where and what could be, and decides whether and when. Runs on the hub.
 *
 * <p>Owns: inventory, checks, policy, schedule, offers, and the journal {@code versions.db}.
 * Promises: an offer is made only from verified metadata and only where all components fit together
 * afterwards; every check request gets exactly one response; what was decided survives a crash.
 * Never: changes an installed file, talks to atomic-updates except over topics.
 */
package dev.lockstep.versionmanagement;
