/**
 * The frontend over its local HTTP hooks, and what is installed as files.
 *
 * <p>Owns: the four hooks of docs/integrate.md and the files that hold tokens. Never: follows a
 * redirect, leaves this machine, or reads more than it has to.
 */
package dev.lockstep.frontendagent.adapter;
