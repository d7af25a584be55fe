package dev.lockstep.repository;

import dev.lockstep.protocol.release.HardwareRule;
import dev.lockstep.protocol.release.InStore;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.release.ReleaseDescription.Artifact;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a publisher says about a release before there is an artifact. Immutable; each {@code with…}
 * gives a changed copy. The values are those of {@link ReleaseDescription}.
 */
public record ReleaseSpec(
    String component,
    ReleaseVersion version,
    String channel,
    String platform,
    boolean critical,
    boolean required,
    boolean checkpoint,
    Map<String, ReleaseVersion> provides,
    Map<String, VersionRange> requires,
    int rolloutPercent,
    String notes,
    HardwareRule hardware) {

  /** Copies the maps. */
  public ReleaseSpec {
    provides = Map.copyOf(provides);
    requires = Map.copyOf(requires);
  }

  /**
   * A release in channel stable, for every platform and every device, without APIs.
   *
   * @throws dev.lockstep.protocol.version.MalformedVersionException if the version is none
   */
  public static ReleaseSpec of(String component, String version) {
    return new ReleaseSpec(
        component,
        ReleaseVersion.parse(version),
        "stable",
        ReleaseDescription.ANY_PLATFORM,
        false,
        false,
        false,
        Map.of(),
        Map.of(),
        100,
        "",
        HardwareRule.ANY);
  }

  /** In another channel: stable, beta or dev. */
  public ReleaseSpec withChannel(String name) {
    return new ReleaseSpec(
        component,
        version,
        name,
        platform,
        critical,
        required,
        checkpoint,
        provides,
        requires,
        rolloutPercent,
        notes,
        hardware);
  }

  /** For one platform, os/arch. */
  public ReleaseSpec withPlatform(String name) {
    return new ReleaseSpec(
        component,
        version,
        channel,
        name,
        critical,
        required,
        checkpoint,
        provides,
        requires,
        rolloutPercent,
        notes,
        hardware);
  }

  /** Whether it is a security release. */
  public ReleaseSpec withCritical(boolean yes) {
    return new ReleaseSpec(
        component,
        version,
        channel,
        platform,
        yes,
        required,
        checkpoint,
        provides,
        requires,
        rolloutPercent,
        notes,
        hardware);
  }

  /** Whether it takes precedence over newer releases. */
  public ReleaseSpec withRequired(boolean yes) {
    return new ReleaseSpec(
        component,
        version,
        channel,
        platform,
        critical,
        yes,
        checkpoint,
        provides,
        requires,
        rolloutPercent,
        notes,
        hardware);
  }

  /** Whether newer releases are reached only through it. */
  public ReleaseSpec withCheckpoint(boolean yes) {
    return new ReleaseSpec(
        component,
        version,
        channel,
        platform,
        critical,
        required,
        yes,
        provides,
        requires,
        rolloutPercent,
        notes,
        hardware);
  }

  /** Provides one more API in a version. */
  public ReleaseSpec withProvides(String api, String apiVersion) {
    Map<String, ReleaseVersion> more = new TreeMap<>(provides);
    more.put(api, ReleaseVersion.parse(apiVersion));
    return new ReleaseSpec(
        component,
        version,
        channel,
        platform,
        critical,
        required,
        checkpoint,
        more,
        requires,
        rolloutPercent,
        notes,
        hardware);
  }

  /** Needs one more API in a range. */
  public ReleaseSpec withRequires(String api, String range) {
    Map<String, VersionRange> more = new TreeMap<>(requires);
    more.put(api, new VersionRange(range));
    return new ReleaseSpec(
        component,
        version,
        channel,
        platform,
        critical,
        required,
        checkpoint,
        provides,
        more,
        rolloutPercent,
        notes,
        hardware);
  }

  /** Offered to that share of the devices, 0 to 100. */
  public ReleaseSpec withRolloutPercent(int percent) {
    return new ReleaseSpec(
        component,
        version,
        channel,
        platform,
        critical,
        required,
        checkpoint,
        provides,
        requires,
        percent,
        notes,
        hardware);
  }

  /** With release notes in Markdown. */
  public ReleaseSpec withNotes(String text) {
    return new ReleaseSpec(
        component,
        version,
        channel,
        platform,
        critical,
        required,
        checkpoint,
        provides,
        requires,
        rolloutPercent,
        text,
        hardware);
  }

  /** For devices that meet the rule. */
  public ReleaseSpec withHardware(HardwareRule rule) {
    return new ReleaseSpec(
        component,
        version,
        channel,
        platform,
        critical,
        required,
        checkpoint,
        provides,
        requires,
        rolloutPercent,
        notes,
        rule);
  }

  /** What is signed, once the artifacts are known. */
  ReleaseDescription describe(List<Artifact> artifacts, long installedSize) {
    return new ReleaseDescription(
        component,
        version,
        channel,
        ReleaseDescription.TREE,
        platform,
        critical,
        required,
        checkpoint,
        provides,
        requires,
        rolloutPercent,
        installedSize,
        notes,
        artifacts,
        hardware,
        Optional.empty());
  }

  /** What is signed where people get it from a store. */
  ReleaseDescription describe(InStore place) {
    return new ReleaseDescription(
        component,
        version,
        channel,
        ReleaseDescription.EXTERNAL,
        platform,
        critical,
        required,
        checkpoint,
        provides,
        requires,
        rolloutPercent,
        0,
        notes,
        List.of(),
        hardware,
        Optional.of(place));
  }

  /** Where the release's manifest is listed. */
  String manifestTarget() {
    return ReleaseDescription.manifestTarget(channel, component, version.toString(), platform);
  }

  /** Where the release's artifact is listed. */
  String artifactTarget(String format) {
    return ReleaseDescription.targetStem(channel, component, version.toString(), platform)
        + "."
        + format;
  }
}
