/**
 * The edge between the bus and atomic-updates: one class per topic and direction.
 *
 * <p>Owns: which messages are taken, what in them is acceptable, and how reports look on the wire.
 * Promises: content that cannot be acted on is logged and dropped or refused, and the subscriber
 * lives; nothing here blocks the bus's handler thread. Never: decides; keeps what must survive a
 * restart.
 */
package dev.lockstep.atomicupdates.bus;
