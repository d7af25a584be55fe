package dev.lockstep.versionmanagement.deployment;

import java.time.Instant;

/**
 * The exchange with those who carry a deployment out. Not kept over a restart: afterwards everybody
 * is simply asked again.
 *
 * @param heardAt the last sign of life, or the time of the first request
 * @param askedAt the last request
 * @param asked how often the present thing was asked for
 * @param answered whether there was any sign of life since it was first asked for
 */
public record Contact(Instant heardAt, Instant askedAt, int asked, boolean answered) {
  static Contact begun(Instant now) {
    return new Contact(now, now, 1, false);
  }

  Contact heard(Instant now) {
    return new Contact(now, askedAt, asked, true);
  }

  Contact askedAgain(Instant now) {
    return new Contact(heardAt, now, asked + 1, answered);
  }
}
