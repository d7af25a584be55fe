/**
 * Where version-management meets the bus: one class per topic and direction.
 *
 * <p>Owns: the translation between messages and domain. Promises: protobuf types stop here; a
 * message whose content cannot be read is logged by the bus and dropped. Never: decides anything.
 */
package dev.lockstep.versionmanagement.bus;
