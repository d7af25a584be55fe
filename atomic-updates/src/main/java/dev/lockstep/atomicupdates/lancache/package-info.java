/**
 * The hub's cache of the repository for devices without internet, over HTTP.
 *
 * <p>Owns: the folder {@code lan-cache} of the hub's state. Promises: only files of the one
 * repository of the settings are fetched and served; memory is bounded whatever their size; what is
 * kept is bounded too; targets are kept only where their content has the hash of their name. Never:
 * is trusted (each device verifies by its own metadata), takes part in an install.
 */
package dev.lockstep.atomicupdates.lancache;
