/**
 * The order of a deployment over all devices: all staged, then the backend committed, then the
 * frontends; on a failure what has to be undone, in reverse order.
 *
 * <p>Owns: the deployments' journal (tables {@code deployment*} of {@code atomic.db}) and what is
 * known from announcements. Promises: the journal is written before an instruction is sent, so that
 * a coordinator that is killed at any instant goes on where it was; every wait has a deadline; one
 * deployment runs at a time. Never: touches a slot (the devices do, by instruction), decides what
 * is offered, speaks protobuf.
 */
package dev.lockstep.atomicupdates.deployment;
