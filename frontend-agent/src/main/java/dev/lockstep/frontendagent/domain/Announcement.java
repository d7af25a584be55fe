package dev.lockstep.frontendagent.domain;

import dev.lockstep.config.ComponentSettings.Role;

/**
 * What is told about a frontend.
 *
 * @param place the frontend
 * @param role its place in the order
 * @param installed its versions
 * @param running whether it answers
 * @param problem why it does not, for people; empty where it does or nobody knows
 * @param leaving whether it leaves on purpose
 */
public record Announcement(
    Place place,
    Role role,
    Installed installed,
    boolean running,
    String problem,
    boolean leaving) {}
