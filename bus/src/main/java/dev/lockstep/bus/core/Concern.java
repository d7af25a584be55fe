package dev.lockstep.bus.core;

import dev.lockstep.protocol.Claims;

/**
 * Whom a message concerns, as far as it decides who gets it.
 *
 * @param device the one that it is about; empty for none in particular
 * @param to the one that it is for; empty for everybody whom it concerns
 */
public record Concern(String device, String to) {
  /** Of a message without claims. */
  public static final Concern NOBODY_IN_PARTICULAR = new Concern("", "");

  /** What a bound key says concerns its own device, also where the content names none. */
  public static Concern of(Claims claims, Participant publisher) {
    boolean own = claims.device().isEmpty() && publisher.isBound();
    return new Concern(own ? publisher.device() : claims.device(), claims.to());
  }

  /** The first part of the name that it is for: that of a key, device or component. */
  public String addressee() {
    int end = to.indexOf('/');
    return end < 0 ? to : to.substring(0, end);
  }
}
