/**
 * The verbs of the command line.
 *
 * <p>Owns: options, what a person reads, exit codes. Promises: results on standard output, progress
 * and errors on standard error; each verb that asks or changes something is a message on the bus,
 * but for {@code packages}, which asks the root helper, and {@code doctor}, which looks at the
 * device itself. Never: reads another process's files.
 */
package dev.lockstep.app.command;
