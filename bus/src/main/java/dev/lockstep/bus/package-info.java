/**
 * The bus as components see it: publish, subscribe, request.
 *
 * <p>Owns: the port and what it promises about threads, order, loss and deadlines. Promises: a
 * malformed message is logged and dropped, and the subscriber lives; no call blocks on the network.
 * Never: knows what a message means.
 */
package dev.lockstep.bus;
