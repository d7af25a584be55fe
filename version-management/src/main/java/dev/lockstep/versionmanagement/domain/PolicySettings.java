package dev.lockstep.versionmanagement.domain;

/**
 * What the configuration says about updates.
 *
 * @param autoDownload download without being asked
 * @param autoInstall install without being asked
 * @param criticalInstall install critical releases at the next opportunity
 */
public record PolicySettings(boolean autoDownload, boolean autoInstall, boolean criticalInstall) {}
