/**
 * Owns what a message through the broker costs, ours beside plain proxies.
 *
 * <p>Promises the same clients, keys, messages and window for every broker. Never measures a lost
 * message as a delivered one.
 */
package dev.lockstep.bench.bus;
