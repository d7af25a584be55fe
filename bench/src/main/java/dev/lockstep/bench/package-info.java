/**
 * Owns the launcher of the benchmarks and how their results are shown.
 *
 * <p>Promises that both sides of every ratio were measured in one run, in turns, and that a missed
 * goal is shown as such. Never asserts a time: machines differ, and so does what else they do.
 */
package dev.lockstep.bench;
