package dev.lockstep.bus.core;

import dev.lockstep.protocol.Role;

/**
 * Who holds a key, as whoever let the key in knows it.
 *
 * @param name for people; unique on a bus
 * @param role decides what it may publish and read
 * @param device the one that a {@code DEVICE} or {@code COMPONENT} may speak of; empty if unknown
 * @param component the one that a {@code COMPONENT} may speak of; empty for other roles
 */
public record Participant(String name, Role role, String device, String component) {

  /** A participant that has the name of its device. */
  public static Participant named(String name, Role role) {
    return new Participant(name, role, role == Role.COMPONENT ? "" : name, "");
  }

  /** Whether it may speak of and for nobody but itself. */
  public boolean isBound() {
    return role == Role.DEVICE || role == Role.COMPONENT;
  }

  /** Whether a sender's name is its own: that of key, device or component, or below one of them. */
  public boolean mayCallItself(String label) {
    return isBelow(label, name)
        || isBelow(label, device)
        || isBelow(label, component)
        || isBelow(label, device + "/" + component);
  }

  private static boolean isBelow(String label, String own) {
    return !own.isEmpty()
        && label.startsWith(own)
        && (label.length() == own.length() || label.charAt(own.length()) == '/');
  }

  @Override
  public String toString() {
    return name + " (" + role + ")";
  }
}
