/**
 * Lives beside a frontend: announces it, lets it prepare and drain, shows it restart notices, and
 * sees to it that it catches up after being away.
 *
 * <p>Owns: the frontend's presence on the bus and the state token between a drain and the restart.
 * Promises: answers every prepare and drain within its deadline, also when the frontend is silent.
 * Never: installs, starts or stops anything.
 */
package dev.lockstep.frontendagent;
