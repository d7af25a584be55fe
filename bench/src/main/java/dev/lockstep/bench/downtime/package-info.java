/**
 * Owns how long a component is down while its release is exchanged, beyond what its own stop and
 * start take.
 *
 * <p>Promises the product's own engine, journal, slots and supervision on a real disk, and a
 * component that writes down when it was told to stop, stopped, started and was up. Never counts
 * the component's own time as Lockstep's, or the other way round.
 */
package dev.lockstep.bench.downtime;
