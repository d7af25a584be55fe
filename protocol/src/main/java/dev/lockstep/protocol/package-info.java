/**
 * The topics of the bus and the envelope around every message.
 *
 * <p>Owns: topic names, which message type travels on which topic, who may publish it, and the
 * names of the envelope's attributes. Promises: wire compatibility, messages are extended only by
 * new fields. Never: opens a socket, reads a file, decides anything.
 */
package dev.lockstep.protocol;
