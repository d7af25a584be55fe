/**
 * The executables: daemon, agent, broker, command line, demo.
 *
 * <p>Owns: the composition of the modules ({@link dev.lockstep.app.Wiring} is the one place that
 * knows them all) and the exit codes. Never: decides about updates.
 */
package dev.lockstep.app;
