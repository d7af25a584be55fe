/**
 * Copies of a component's data, made while nothing writes to them.
 *
 * <p>Owns: the folders {@code <backup path>/<component>/backup_<version>_<time>}, and putting their
 * data back. Promises: a folder of that name is complete and on the disk; restoring leaves the data
 * as they were, or can be repeated until it does; a backup is never changed. Never: decides when to
 * make, use or remove one.
 */
package dev.lockstep.atomicupdates.backup;
