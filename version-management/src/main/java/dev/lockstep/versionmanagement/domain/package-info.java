/**
 * What there is, what could be, and what to do about it: inventory, releases, offers, policy.
 *
 * <p>Owns: the rules of offers (newest set that fits together), of policy and of preferred times.
 * Promises: pure; the same input gives the same result, time comes in as an argument. Never: does
 * input or output, reads a clock, knows protobuf.
 */
package dev.lockstep.versionmanagement.domain;
