/**
 * Real processes, separate directories and keys, peers that nobody here wrote, and the rules of the
 * architecture.
 *
 * <p>Owns: what can only be shown from the outside. Never: reaches into a module's insides.
 */
package dev.lockstep.systemtests;
