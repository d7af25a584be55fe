/**
 * The bus over ZeroMQ, and the broker.
 *
 * <p>Owns: sockets, their threads and options, CURVE certificates, who may connect and who may
 * publish what. Promises: one thread per socket, bounded memory, closing never hangs, a stranger's
 * message never gets past the broker. Never: knows what a message means.
 */
package dev.lockstep.bus.zeromq;
