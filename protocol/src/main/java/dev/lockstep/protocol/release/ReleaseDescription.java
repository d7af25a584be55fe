package dev.lockstep.protocol.release;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What the publisher signed about one release for one platform: {@code custom.lockstep} of the
 * release's manifest target.
 *
 * @param component id of the component
 * @param version the release's version
 * @param channel {@code stable}, {@code beta} or {@code dev}; equals the delegated role
 * @param kind {@code tree}, or {@code external} for what people get from a store; other kinds are
 *     refused by a client that does not know them
 * @param platform {@code any}, or {@code os/arch} such as {@code linux/amd64}
 * @param critical a security release
 * @param required takes precedence over newer ones until it is installed
 * @param checkpoint newer releases are reached only through this one
 * @param provides API name to the version that this release provides
 * @param requires API name to the range that this release needs
 * @param rolloutPercent share of devices that are offered it, 0 to 100
 * @param installedSize bytes of the unpacked tree
 * @param notes release notes in Markdown, may be empty
 * @param artifacts ways to carry the tree; the first that the client can read is used. None where
 *     the kind is {@code external}
 * @param hardware which devices may have it
 * @param inStore where people get it; there if the kind is {@code external}, and only then
 */
public record ReleaseDescription(
    String component,
    ReleaseVersion version,
    String channel,
    String kind,
    String platform,
    boolean critical,
    boolean required,
    boolean checkpoint,
    Map<String, ReleaseVersion> provides,
    Map<String, VersionRange> requires,
    int rolloutPercent,
    long installedSize,
    String notes,
    List<Artifact> artifacts,
    HardwareRule hardware,
    Optional<InStore> inStore) {

  /** The platform of releases that run everywhere. */
  public static final String ANY_PLATFORM = "any";

  /** The one kind that Lockstep unpacks by itself. */
  public static final String TREE = "tree";

  /** The kind of what people get from a store; Lockstep only tells them. */
  public static final String EXTERNAL = "external";

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern PLATFORM = Pattern.compile("any|[a-z0-9]{1,16}/[a-z0-9_]{1,16}");
  private static final int MAX_NOTES = 64 * 1024;
  private static final int MAX_APIS = 64;

  /** A release has no more artifacts than this, deltas included. */
  public static final int MAX_ARTIFACTS = 16;

  /** A description without a rule about hardware. */
  public ReleaseDescription(
      String component,
      ReleaseVersion version,
      String channel,
      String kind,
      String platform,
      boolean critical,
      boolean required,
      boolean checkpoint,
      Map<String, ReleaseVersion> provides,
      Map<String, VersionRange> requires,
      int rolloutPercent,
      long installedSize,
      String notes,
      List<Artifact> artifacts) {
    this(
        component,
        version,
        channel,
        kind,
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
        HardwareRule.ANY,
        Optional.empty());
  }

  /** Checks every field. */
  public ReleaseDescription {
    requireName("component", component);
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(hardware, "hardware");
    Objects.requireNonNull(inStore, "inStore");
    requireName("channel", channel);
    requireName("kind", kind);
    provides = Map.copyOf(new TreeMap<>(provides));
    requires = Map.copyOf(new TreeMap<>(requires));
    artifacts = List.copyOf(artifacts);
    if (!PLATFORM.matcher(platform).matches()) {
      throw refused("platform must be \"any\" or os/arch, not \"" + platform + '"');
    }
    if (rolloutPercent < 0 || rolloutPercent > 100) {
      throw refused("rollout_percent must be 0 to 100, not " + rolloutPercent);
    }
    if (installedSize < 0 || installedSize > Manifest.MAX_SIZE) {
      throw refused("installed_size must be 0 to " + Manifest.MAX_SIZE);
    }
    if (notes.length() > MAX_NOTES) {
      throw refused("notes are longer than " + MAX_NOTES + " characters");
    }
    if (provides.size() > MAX_APIS || requires.size() > MAX_APIS) {
      throw refused("more than " + MAX_APIS + " APIs");
    }
    provides.keySet().forEach(api -> requireName("api", api));
    requires.keySet().forEach(api -> requireName("api", api));
    requireCarried(kind, artifacts, installedSize, inStore);
    requireReachable(version, inStore);
    if (inStore.isPresent() && (required || checkpoint)) {
      throw refused(
          "a store gives its newest release only: none there is required or a checkpoint");
    }
  }

  private static void requireCarried(
      String kind, List<Artifact> artifacts, long installedSize, Optional<InStore> inStore) {
    if (kind.equals(EXTERNAL) != inStore.isPresent()) {
      throw refused("store_link and minimum_version belong to the kind \"" + EXTERNAL + '"');
    }
    if (inStore.isPresent()) {
      if (!artifacts.isEmpty() || installedSize != 0) {
        throw refused("what is in a store has no artifacts and no installed_size");
      }
    } else if (artifacts.isEmpty() || artifacts.size() > MAX_ARTIFACTS) {
      throw refused("artifacts must be 1 to " + MAX_ARTIFACTS);
    }
  }

  /** Nobody could meet a minimum that is newer than what there is to get. */
  private static void requireReachable(ReleaseVersion version, Optional<InStore> inStore) {
    if (inStore.filter(store -> store.tooOld(version)).isPresent()) {
      throw refused(
          "minimum_version %s is newer than the release's version %s"
              .formatted(inStore.get().minimumVersion(), version));
    }
  }

  /**
   * One file that carries the tree.
   *
   * @param target TUF target path
   * @param format {@code tar.gz}, {@code tar.zst} or {@code zip}; {@code delta} for what a device
   *     that has a certain older release can use, see {@link DeltaDescription}. A format that a
   *     client does not know is passed over
   * @param prefix folder inside the archive that is the tree's root; empty for the archive's root.
   *     Entries outside it are not part of the release
   * @param size bytes of the file
   */
  public record Artifact(String target, String format, String prefix, long size) {
    /** Checks every field. */
    public Artifact {
      Manifest.requireSafePath("target", target);
      requireName("format", format);
      if (size < 0 || size > Manifest.MAX_SIZE) {
        throw refused("artifact size must be 0 to " + Manifest.MAX_SIZE);
      }
      if (!prefix.isEmpty()) {
        Manifest.requireSafePath("prefix", prefix);
      }
    }
  }

  /** Whether a device of that platform can use it. */
  public boolean fits(String devicePlatform) {
    return platform.equals(ANY_PLATFORM) || platform.equals(devicePlatform);
  }

  /** The first artifact in one of the formats. */
  public Optional<Artifact> artifactIn(List<String> formats) {
    return artifacts.stream().filter(artifact -> formats.contains(artifact.format())).findFirst();
  }

  /** TUF target path of a release's manifest; the platform is left out where it is "any". */
  public static String manifestTarget(
      String channel, String component, String version, String platform) {
    return targetStem(channel, component, version, platform) + ".manifest.json";
  }

  /** What the target paths of one release begin with. */
  public static String targetStem(
      String channel, String component, String version, String platform) {
    String suffix = platform.equals(ANY_PLATFORM) ? "" : "-" + platform.replace('/', '-');
    return channel + "/" + component + "/" + component + "-" + version + suffix;
  }

  static void requireName(String what, String name) {
    if (name == null || !NAME.matcher(name).matches()) {
      throw refused(what + " must be lower case letters, digits, '.', '_', '-': \"" + name + '"');
    }
  }

  private static MalformedReleaseException refused(String why) {
    return new MalformedReleaseException("release description", why);
  }
}
