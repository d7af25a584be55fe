/**
 * The running version-management: one thread that owns all state, and what it does on events.
 *
 * <p>Owns: the order of things (journal first, effect second, message third), which check runs,
 * which deployment is active, what is offered now. Promises: every event is handled on the core
 * thread, one at a time; a check runs on a worker and never delays an event. Never: touches the
 * bus, a file or the network itself.
 */
package dev.lockstep.versionmanagement.service;
