/**
 * Changes what is installed: download, stage, install, verify, commit, revert, on this device; and
 * on the hub the order over all devices.
 *
 * <p>Owns: the slots of the components, the journal {@code atomic.db}, downloads and backups.
 * Promises: a component is at the old or at the new version, complete, at every instant; what runs
 * was verified against TUF metadata of this device's own. Never: decides whether or when to update
 * (version-management does), believes an offer without verifying it, talks to version-management
 * except over topics.
 */
package dev.lockstep.atomicupdates;
