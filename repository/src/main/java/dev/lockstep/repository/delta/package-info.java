/**
 * Deltas: what a new tree has and an older one has not, packed for a device that has the older one.
 *
 * <p>Owns: which old content a new one is made from, and the archive of a delta. Promises: what was
 * packed was also unpacked once and gave the signed content; the same two releases give the same
 * bytes. Never: decides which releases get deltas, or signs anything.
 */
package dev.lockstep.repository.delta;
