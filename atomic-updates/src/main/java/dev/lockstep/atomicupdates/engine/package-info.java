/**
 * Carries out installs on this device: the one thread through which states change, the steps, what
 * is checked before them, recovery at boot.
 *
 * <p>Owns: the lifecycle of installs and of the components' processes. Promises: the journal holds
 * a state before its effects begin; one install or revert at a time; whatever instant this process
 * ends at, the next start leads to the old or the new version, complete, with the data that belong
 * to it. Never: believes that a slot is whole without checking it, speaks protobuf, knows other
 * devices.
 */
package dev.lockstep.atomicupdates.engine;
