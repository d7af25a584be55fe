/**
 * What the tests of all modules share: a clock that a test moves, a real signed repository with a
 * real server that misbehaves on demand, and trees and archives, good and hostile.
 *
 * <p>Owns: nothing of the product. Promises: what it serves is made by the product's own publisher,
 * so that a client under test cannot tell the difference; everything that it starts ends with
 * {@code close}. Never: is on the class path of an executable.
 */
package dev.lockstep.testkit;
