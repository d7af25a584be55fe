/**
 * The slots of a component on disk: {@code releases/<version>}, the links {@code current} and
 * {@code previous}, and what is kept beside the slots.
 *
 * <p>Owns: the two links, removal of slots, and how a component's folder is laid out. Promises:
 * {@code current} points at the old or at the new version at every instant; what is left of an
 * interrupted removal is never taken for a slot. Never: writes into a slot (staging does), or
 * decides which slot is active.
 */
package dev.lockstep.atomicupdates.slots;
