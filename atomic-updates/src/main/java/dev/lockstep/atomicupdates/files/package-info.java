/**
 * Files as the rest of this module needs them: every change through one door, on the disk when a
 * call returns, private where that is asked for, and whole trees removed.
 *
 * <p>Owns: {@link dev.lockstep.atomicupdates.files.Disk}, outside of which nothing in this module
 * changes a file; how a file is written durably, and how a tree is removed. Promises: a crash
 * leaves the old or the new content; no link is followed. Never: knows what a file is for.
 */
package dev.lockstep.atomicupdates.files;
