/**
 * The carrying out of one offer, seen from version-management: download requested, staged,
 * scheduled, install requested, ended.
 *
 * <p>Owns: the states of a deployment and what leads from one to the next. Promises: pure; an event
 * that has no meaning in a state changes nothing, so doubled and late messages do no harm. Never:
 * does input or output, reads a clock, knows what happens on a device in detail.
 */
package dev.lockstep.versionmanagement.deployment;
