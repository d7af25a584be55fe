/**
 * What version-management needs from outside, and how the outside speaks to it.
 *
 * <p>Owns: the interfaces to source, journal, alarms, VERSION files and the two directions of the
 * bus, with the questions and answers that cross them. Promises: domain types only. Never: has an
 * implementation.
 */
package dev.lockstep.versionmanagement.port;
