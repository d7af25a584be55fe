/**
 * The kit with which a component takes part in updates by itself.
 *
 * <p>Owns: the builder that a component's own program uses, and the names of the environment
 * variables that it reads. Promises: what the component drained with is on the disk before anybody
 * hears that it drained, and is handed back until it was taken. Never: installs, restarts, or
 * decides anything.
 */
package dev.lockstep.component;
