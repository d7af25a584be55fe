package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The releases that are proposed to be installed together.
 *
 * @param id the same releases for the same devices have the same id; empty where there is nothing
 * @param everywhere whether every device that has one of the components gets it, or has it already
 * @param releases in the order component, version before
 * @param wanted what a person named; empty for an offer of our own
 */
public record Offer(
    String id, boolean everywhere, List<OfferedRelease> releases, Optional<Wanted> wanted) {
  /** Nothing to install. */
  public static final Offer NONE = new Offer("", true, List.of(), Optional.empty());

  private static final int ID_BYTES = 16;

  /** Copies what is mutable. */
  public Offer {
    releases = List.copyOf(releases);
    wanted = wanted == null ? Optional.empty() : wanted;
  }

  /** An offer with its id. */
  public static Offer of(boolean everywhere, List<OfferedRelease> releases) {
    return of(everywhere, releases, Optional.empty());
  }

  /** An offer of what a person named. */
  static Offer of(boolean everywhere, List<OfferedRelease> releases, Optional<Wanted> wanted) {
    return releases.isEmpty() ? NONE : new Offer(identify(releases), everywhere, releases, wanted);
  }

  /** Whether there is a way to go on after it. */
  public boolean leadsOn() {
    return releases.stream().anyMatch(release -> !release.then().isEmpty());
  }

  /** Whether it is the same as another one, and leads on to the same versions. */
  public boolean leadsWhere(Offer other) {
    return id.equals(other.id) && (!other.leadsOn() || ways().equals(other.ways()));
  }

  private List<List<ReleaseVersion>> ways() {
    return releases.stream().map(OfferedRelease::then).toList();
  }

  /** Whether another one is the next step for all that this one leads on. */
  public boolean isFollowedBy(Offer next) {
    return leadsOn()
        && releases.stream()
            .filter(release -> !release.then().isEmpty())
            .allMatch(
                release -> release.then().get(0).equals(next.versions().get(release.component())));
  }

  /** Whether it brings any component to an older version. */
  public boolean downgrades() {
    return releases.stream().anyMatch(OfferedRelease::downgrades);
  }

  /** Whether there is nothing in it. */
  public boolean nothing() {
    return releases.isEmpty();
  }

  /** Whether the publisher calls any of it critical. */
  public boolean critical() {
    return releases.stream().anyMatch(OfferedRelease::critical);
  }

  /** Each component with the one version that it goes to. */
  public Map<String, ReleaseVersion> versions() {
    Map<String, ReleaseVersion> versions = new TreeMap<>();
    releases.forEach(release -> versions.put(release.component(), release.to()));
    return versions;
  }

  /** Every component on every device that takes part. */
  public List<Site> sites() {
    return releases.stream()
        .flatMap(
            release ->
                release.devices().stream().map(device -> new Site(device, release.component())))
        .sorted()
        .toList();
  }

  /** What a site gets. */
  public Optional<OfferedRelease> at(Site site) {
    return releases.stream()
        .filter(release -> release.component().equals(site.component()))
        .filter(release -> release.devices().contains(site.device()))
        .findFirst();
  }

  /** Whether a component that stays as it is fits what will be provided. */
  public boolean fitsUnchanged(ComponentOnDevice component) {
    return releases.stream()
        .flatMap(release -> release.provides().entrySet().stream())
        .allMatch(
            api ->
                !component.requires().containsKey(api.getKey())
                    || component.requires().get(api.getKey()).contains(api.getValue()));
  }

  /** "backend 1.1.0, kiosk-ui 1.1.0". */
  public String inWords() {
    return versions().entrySet().stream()
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String identify(List<OfferedRelease> releases) {
    StringBuilder content = new StringBuilder();
    for (OfferedRelease release : releases) {
      content
          .append(release.component())
          .append('\n')
          .append(release.to())
          .append('\n')
          .append(release.manifestTarget())
          .append('\n')
          .append(release.manifestHash())
          .append('\n')
          .append(String.join(",", release.devices()))
          .append('\n');
    }
    byte[] hash = sha256().digest(content.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash, 0, ID_BYTES);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }
}
