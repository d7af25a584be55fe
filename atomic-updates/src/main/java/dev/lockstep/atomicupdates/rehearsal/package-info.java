/**
 * Rehearses on this machine what an update does: install, update, a release that fails, revert.
 *
 * <p>Owns: the folders in which it is rehearsed, their lock, and that nothing of them is left.
 * Promises: the same engine, slots, journal, backups, processes and health checks as for the
 * device's own components, on the same file systems. Never: touches a component, a journal or a
 * lock of the device.
 */
package dev.lockstep.atomicupdates.rehearsal;
