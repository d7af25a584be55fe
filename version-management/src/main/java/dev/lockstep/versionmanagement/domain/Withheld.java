package dev.lockstep.versionmanagement.domain;

/**
 * A release that exists and is not offered.
 *
 * @param component id of the component
 * @param version its version, as written
 * @param reason why, for people
 */
public record Withheld(String component, String version, String reason) {}
