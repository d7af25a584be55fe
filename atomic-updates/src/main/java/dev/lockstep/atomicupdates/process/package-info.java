/**
 * How components and Lockstep itself are started and stopped: as supervised children in a session
 * of their own, as systemd units through one privileged command, and by the launcher outside the
 * virtual machine.
 *
 * <p>Owns: {@code <state>/run/<component>.pid}, {@code <state>/logs/<component>.log}, the children,
 * and every command that needs privileges. Promises: never two of a component; a child that
 * outlives this process is taken over by the next one, or stopped where it runs another version; no
 * command waits for a password. Never: decides which version runs.
 */
package dev.lockstep.atomicupdates.process;
