/**
 * The lifecycle of an install: states, events, the one table, and what follows from each event.
 *
 * <p>Owns: which state follows which, what is to be done next, what happens after a crash, which
 * slots are kept. Promises: a pure function of its arguments; an event that the table does not list
 * is an error. Never: does input or output, reads a clock, knows a message.
 */
package dev.lockstep.atomicupdates.domain;
