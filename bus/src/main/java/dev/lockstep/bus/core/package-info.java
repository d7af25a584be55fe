/**
 * What every bus does in the same way, whatever carries its frames.
 *
 * <p>Owns: envelopes, dispatch by exact topic, numbering and gap detection, repeated messages,
 * requests and their answers. Promises: bounded memory, one handler thread, a malformed message
 * never reaches a handler. Never: opens a socket; moving frames is the work of a {@link
 * dev.lockstep.bus.core.FrameLink}.
 */
package dev.lockstep.bus.core;
