package dev.lockstep.versionmanagement.domain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What to do about an offer.
 *
 * <p>In this order: a hold keeps everything where it is, also what is critical. A critical offer is
 * installed at the next opportunity, whatever the other settings say, or waits for a person where
 * critical installs are off. Any other offer is installed at the preferred time where both
 * automatic download and automatic install are on; where download is off, nothing happens before a
 * person asks.
 */
public final class Policy {
  private Policy() {}

  /**
   * Decides.
   *
   * @param settings the configuration
   * @param holds what people set; those that have ended do not count
   * @param components what the offer changes
   * @param critical whether the publisher calls any of it critical
   */
  public static Decision decide(
      PolicySettings settings,
      List<Hold> holds,
      Set<String> components,
      boolean critical,
      Instant now) {
    Optional<Hold> hold = holding(holds, components, now);
    if (hold.isPresent()) {
      return new Decision(Decision.Kind.HELD, inWords(hold.get()));
    }
    if (critical && settings.criticalInstall()) {
      return new Decision(
          Decision.Kind.INSTALL_NOW, "it is critical and is installed at the next opportunity");
    }
    if (!settings.autoDownload()) {
      return new Decision(Decision.Kind.REPORT, "automatic download is off");
    }
    if (critical) {
      return new Decision(
          Decision.Kind.DOWNLOAD, "it is critical, and automatic install of those is off");
    }
    return settings.autoInstall()
        ? new Decision(Decision.Kind.INSTALL_AT_PREFERRED_TIME, "automatic install is on")
        : new Decision(Decision.Kind.DOWNLOAD, "automatic install is off");
  }

  /** The first hold that concerns any of the components. */
  public static Optional<Hold> holding(List<Hold> holds, Set<String> components, Instant now) {
    return holds.stream()
        .filter(hold -> hold.active(now))
        .filter(hold -> components.stream().anyMatch(hold::covers))
        .findFirst();
  }

  /** "backend is held by alex until …: reason". */
  public static String inWords(Hold hold) {
    return "%s held by %s until %s%s"
        .formatted(
            hold.component().isEmpty() ? "everything is" : hold.component() + " is",
            hold.setBy().isEmpty() ? "somebody" : hold.setBy(),
            hold.until().map(Instant::toString).orElse("it is lifted"),
            hold.reason().isEmpty() ? "" : ": " + hold.reason());
  }
}
