/**
 * Owns the one class of JeroMQ that is replaced here: what waits for its connections.
 *
 * <p>Promises what JeroMQ's own promises to the rest of it, at a cost that does not grow with the
 * number of connections (ADR 0017), and loses sight of none. Never anything of the wire protocol.
 * This module comes before JeroMQ on every class path that Maven makes.
 */
package zmq.poll;
