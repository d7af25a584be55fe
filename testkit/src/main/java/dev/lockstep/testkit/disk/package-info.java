/**
 * A file system that hands everything on to the real one and tells a test about each change, before
 * and after it, so that the test can count it, refuse it, stop there, or write it down.
 *
 * <p>Owns: the change as a value, and what the file system of a path forwards. Never: changes
 * anything by itself, or decides which change fails.
 */
package dev.lockstep.testkit.disk;
