package dev.lockstep.versionmanagement.domain;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Releases that are not offered because a person said so or because they failed.
 *
 * <p>A release that was in a failed offer without having failed itself comes back as soon as there
 * is something newer of any component of that offer.
 */
public final class Exclusions {
  /** Nothing is excluded. */
  public static final Exclusions NONE =
      new Exclusions(List.of(), List.of(), Hardware.UNKNOWN, ZoneOffset.UTC);

  private final List<Skip> skips;
  private final List<Failure> failures;
  private final Hardware hardware;
  private final ZoneId zone;

  private Exclusions(List<Skip> skips, List<Failure> failures, Hardware hardware, ZoneId zone) {
    this.skips = skips;
    this.failures = failures;
    this.hardware = hardware;
    this.zone = zone;
  }

  /**
   * What counts now, with the releases that exist now.
   *
   * @param zone of the times in the reasons
   */
  public static Exclusions of(
      List<Skip> skips, List<Failure> failures, Catalogue catalogue, Instant now, ZoneId zone) {
    Set<String> overtaken =
        failures.stream()
            .filter(failure -> catalogue.releases().stream().anyMatch(newerThan(failure)))
            .map(Failure::offerId)
            .collect(Collectors.toSet());
    List<Failure> counting =
        failures.stream()
            .filter(failure -> failure.counts(now))
            .filter(failure -> failure.culprit() || !overtaken.contains(failure.offerId()))
            .toList();
    return new Exclusions(List.copyOf(skips), counting, Hardware.UNKNOWN, zone);
  }

  /** The same with what is known about hardware. */
  public Exclusions and(Hardware known) {
    return new Exclusions(skips, failures, known, zone);
  }

  /** Whether a site may have a release, as far as hardware is known here. */
  boolean permits(Site site, Release release) {
    return hardware.permits(site, release);
  }

  /** Why a release is not offered; empty where nothing is against it. */
  public Optional<String> reason(Release release) {
    Optional<String> skipped =
        skips.stream()
            .filter(skip -> skip.component().equals(release.component()))
            .filter(skip -> skip.version().equals(release.version()))
            .findFirst()
            .map(skip -> "skipped by " + skip.setBy());
    return skipped.or(
        () ->
            failures.stream()
                .filter(failure -> failure.concerns(release.component(), release.version()))
                .findFirst()
                .map(failure -> failure.whyWithheld(zone)));
  }

  private static Predicate<Release> newerThan(Failure failure) {
    return release ->
        release.component().equals(failure.component())
            && release.version().isNewerThan(failure.version());
  }
}
