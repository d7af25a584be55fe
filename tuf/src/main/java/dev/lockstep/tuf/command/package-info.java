/**
 * The TUF client as a command, for people and for test suites that drive any client.
 *
 * <p>Owns the options, the exit code and what is printed. Promises that the exit code is 0 or 1 and
 * that a failure is one line on standard error. Never decides about trust: that is {@link
 * dev.lockstep.tuf.Updater}'s work.
 */
package dev.lockstep.tuf.command;
