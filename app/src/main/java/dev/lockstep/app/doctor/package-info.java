/**
 * Looks whether a device can do what its settings want, and rehearses an update on it.
 *
 * <p>Owns: what is looked at, what counts as a warning or a failure, and what to do then. Promises:
 * nothing of the device is changed, no lock of it is taken, also beside a running process; each
 * look has a deadline. Never: repairs anything.
 */
package dev.lockstep.app.doctor;
