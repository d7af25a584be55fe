/**
 * The demo: a repository, a hub and two frontend devices as separate processes, two updates and one
 * that is reverted.
 *
 * <p>Owns: the story, and the questions to the processes that tell whether it was true. Promises:
 * exit 0 only if every process itself confirmed it. Never: takes a message's word for it.
 */
package dev.lockstep.app.demo;
