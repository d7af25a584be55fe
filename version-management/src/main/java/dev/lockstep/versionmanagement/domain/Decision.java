package dev.lockstep.versionmanagement.domain;

/**
 * What the policy decided for an offer.
 *
 * @param kind what happens
 * @param reason why, for people
 */
public record Decision(Kind kind, String reason) {
  /** What happens to an offer. */
  public enum Kind {
    /** Reported only; a person decides. */
    REPORT,
    /** Downloaded; installing waits for a person. */
    DOWNLOAD,
    /** Downloaded, then installed at the preferred time. */
    INSTALL_AT_PREFERRED_TIME,
    /** Downloaded, then installed at the next opportunity. */
    INSTALL_NOW,
    /** Held by a person or a policy. */
    HELD;

    /** Whether it is downloaded without being asked. */
    public boolean downloads() {
      return this == DOWNLOAD || installs();
    }

    /** Whether it is installed without being asked. */
    public boolean installs() {
      return this == INSTALL_AT_PREFERRED_TIME || this == INSTALL_NOW;
    }
  }
}
