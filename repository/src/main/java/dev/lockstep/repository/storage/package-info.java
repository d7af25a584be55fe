/**
 * The file system as the publisher needs it: durable, atomic steps and one lock.
 *
 * <p>Owns: temp, fsync, rename and the lock between publishers. Promises: a file is there whole or
 * not at all. Never: knows what a file means.
 */
package dev.lockstep.repository.storage;
