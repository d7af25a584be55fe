/**
 * A chat of a server and its windows, whose conversation goes on over a coordinated update.
 *
 * <p>Owns: the conversation, in memory only. Promises: takes part in updates by the component kit
 * and nothing else, so that it shows what a component needs to write. Never: part of what is
 * installed on a device of a real app.
 */
package dev.lockstep.chat;
