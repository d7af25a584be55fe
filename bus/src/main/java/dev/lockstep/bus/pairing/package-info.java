/**
 * How a new device and a hub come to know each other's keys.
 *
 * <p>Owns: the codes that people compare, and the requests that wait for a person. Promises: nobody
 * is let in without a code that both sides computed over both keys; what waits is bounded and
 * expires. Never: opens a socket.
 */
package dev.lockstep.bus.pairing;
