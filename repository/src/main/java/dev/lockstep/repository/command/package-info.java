/**
 * The verbs of {@code lockstep-repo}.
 *
 * <p>Owns: the command line: options, output and exit codes. Promises: standard output carries the
 * result only, errors go to standard error and say what to do. Never: does the work itself.
 */
package dev.lockstep.repository.command;
