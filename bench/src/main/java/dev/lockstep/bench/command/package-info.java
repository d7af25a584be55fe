/**
 * Owns what the command line and an idle daemon cost.
 *
 * <p>Promises real processes, started by the launcher that users have where there is one. Never
 * measures a daemon that does not answer.
 */
package dev.lockstep.bench.command;
