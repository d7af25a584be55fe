/**
 * Trees, the archives that carry them, and their manifests.
 *
 * <p>Owns: the packing of a folder and the reading of published archives (tar.gz, tar.zst, zip).
 * Promises: the same tree gives the same bytes; what cannot be reproduced safely on a device (hard
 * links, devices, setuid bits, paths and links that leave the tree) is refused. Never: unpacks a
 * tree, or signs.
 */
package dev.lockstep.repository.tree;
