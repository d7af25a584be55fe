/**
 * A small app of two components that the demo and the system tests update: a backend that keeps
 * messages, and a frontend that talks to it.
 *
 * <p>Owns: the conversation between the two. Promises: knows nothing of Lockstep but the four hooks
 * that the frontend offers over HTTP. Never: part of what is installed on a device of a real app.
 */
package dev.lockstep.sample;
