/**
 * The journal {@code <state>/atomic.db}: SQLite, write-ahead log, synchronous FULL.
 *
 * <p>Owns: the one connection to it, the tables {@code install} and {@code install_log}. Promises:
 * a write that returned is on the disk; access is serialised; a damaged file is reported and never
 * guessed at. Never: decides anything.
 */
package dev.lockstep.atomicupdates.journal;
