/**
 * Brings a release into an inactive slot: finds and verifies it with this device's own TUF
 * metadata, fetches its artifact, unpacks it, checks the tree on disk, and gives the slot its name
 * by one rename.
 *
 * <p>Owns: {@code <state>/tuf/updates}, {@code <state>/downloads}, folders named {@code .staging-…}
 * beside the slots, and what a tree on disk is compared by. Promises: what has a slot's name was
 * verified, is complete and is on the disk; what an archive holds beyond the signed manifest is
 * never written. Never: touches an active or previous slot, or decides what to stage.
 */
package dev.lockstep.atomicupdates.staging;
