package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.release.HardwareRule;
import dev.lockstep.protocol.release.InStore;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Components and releases for tests: what is not said has a usual value. */
public final class Samples {
  public static final String PLATFORM = "linux/amd64";

  /** Where releases of the kind external are. */
  public static final InStore STORE =
      new InStore("https://store.example/app", ReleaseVersion.parse("1.0.0"));

  private Samples() {}

  /** What a release is on the way to newer ones. */
  public enum Step {
    /** It may be jumped over. */
    NONE,
    /** Newer ones are reached only through it. */
    CHECKPOINT,
    /** It comes before newer ones. */
    REQUIRED
  }

  /** A release that is still being described. */
  public record Spec(
      String component,
      String version,
      String channel,
      String kind,
      String platform,
      boolean critical,
      Step step,
      Map<String, ReleaseVersion> provides,
      Map<String, VersionRange> requires,
      int percent,
      String format) {
    public Spec channel(String name) {
      return new Spec(
          component, version, name, kind, platform, critical, step, provides, requires, percent,
          format);
    }

    public Spec kind(String name) {
      return new Spec(
          component, version, channel, name, platform, critical, step, provides, requires, percent,
          format);
    }

    public Spec platform(String name) {
      return new Spec(
          component, version, channel, kind, name, critical, step, provides, requires, percent,
          format);
    }

    public Spec asCritical() {
      return new Spec(
          component, version, channel, kind, platform, true, step, provides, requires, percent,
          format);
    }

    public Spec asCheckpoint() {
      return step(Step.CHECKPOINT);
    }

    public Spec asRequired() {
      return step(Step.REQUIRED);
    }

    private Spec step(Step wanted) {
      return new Spec(
          component, version, channel, kind, platform, critical, wanted, provides, requires,
          percent, format);
    }

    public Spec provides(String api, String apiVersion) {
      return new Spec(
          component,
          version,
          channel,
          kind,
          platform,
          critical,
          step,
          Map.of(api, ReleaseVersion.parse(apiVersion)),
          requires,
          percent,
          format);
    }

    public Spec requires(String api, String range) {
      return new Spec(
          component,
          version,
          channel,
          kind,
          platform,
          critical,
          step,
          provides,
          Map.of(api, new VersionRange(range)),
          percent,
          format);
    }

    public Spec percent(int share) {
      return new Spec(
          component, version, channel, kind, platform, critical, step, provides, requires, share,
          format);
    }

    public Spec format(String name) {
      return new Spec(
          component, version, channel, kind, platform, critical, step, provides, requires, percent,
          name);
    }

    /** A release whose description has a rule about hardware. */
    public Release onlyFor(String condition) {
      Release release = release();
      ReleaseDescription any = release.description();
      ReleaseDescription limited =
          new ReleaseDescription(
              any.component(),
              any.version(),
              any.channel(),
              any.kind(),
              any.platform(),
              any.critical(),
              any.required(),
              any.checkpoint(),
              any.provides(),
              any.requires(),
              any.rolloutPercent(),
              any.installedSize(),
              any.notes(),
              any.artifacts(),
              new HardwareRule(List.of(HardwareRule.Condition.parse(condition)), List.of()),
              any.inStore());
      return new Release(
          limited, release.manifestTarget(), release.manifestHash(), release.manifestSize());
    }

    public Release release() {
      String target = ReleaseDescription.manifestTarget(channel, component, version, platform);
      boolean external = kind.equals(ReleaseDescription.EXTERNAL);
      String stem = ReleaseDescription.targetStem(channel, component, version, platform);
      ReleaseDescription description =
          new ReleaseDescription(
              component,
              ReleaseVersion.parse(version),
              channel,
              kind,
              platform,
              critical,
              step == Step.REQUIRED,
              step == Step.CHECKPOINT,
              provides,
              requires,
              percent,
              external ? 0 : 5_000,
              "notes of " + version,
              external
                  ? List.of()
                  : List.of(
                      new ReleaseDescription.Artifact(stem + "." + format, format, "", 1_000)),
              HardwareRule.ANY,
              external ? Optional.of(STORE) : Optional.empty());
      return new Release(description, target, "ab".repeat(32), 24);
    }
  }

  public static Spec release(String component, String version) {
    return new Spec(
        component, version, "stable", "tree", "any", false, Step.NONE, Map.of(), Map.of(), 100,
        "tar.gz");
  }

  public static Spec backend(String version, String api) {
    return release("backend", version).provides("backend", api);
  }

  public static Spec frontend(String version, String range) {
    return release("kiosk-ui", version).requires("backend", range);
  }

  /** An app that people get from a store. */
  public static Spec mobile(String version, String range) {
    return release("mobile-app", version)
        .kind(ReleaseDescription.EXTERNAL)
        .requires("backend", range);
  }

  public static ComponentOnDevice mobileAt(String device, String version, String range) {
    return component(
        device, "mobile-app", ComponentRole.FRONTEND, version, Map.of(), Map.of("backend", range));
  }

  public static Catalogue catalogue(Spec... specs) {
    return new Catalogue(java.util.Arrays.stream(specs).map(Spec::release).toList(), List.of());
  }

  public static ComponentOnDevice component(
      String device,
      String component,
      ComponentRole role,
      String version,
      Map<String, String> provides,
      Map<String, String> requires) {
    Announcement said = announcement(device, component, role, version, provides, requires);
    return new ComponentOnDevice(
        said.site(),
        role,
        said.version(),
        said.provides(),
        said.requires(),
        PLATFORM,
        true,
        "",
        false,
        true,
        Optional.empty(),
        List.of());
  }

  public static ComponentOnDevice backendAt(String version, String api) {
    return component(
        "hub", "backend", ComponentRole.BACKEND, version, Map.of("backend", api), Map.of());
  }

  public static ComponentOnDevice frontendAt(String device, String version, String range) {
    return component(
        device, "kiosk-ui", ComponentRole.FRONTEND, version, Map.of(), Map.of("backend", range));
  }

  public static ComponentOnDevice away(ComponentOnDevice there) {
    return new ComponentOnDevice(
        there.site(),
        there.role(),
        there.version(),
        there.provides(),
        there.requires(),
        there.platform(),
        there.running(),
        there.problem(),
        true,
        there.installable(),
        there.previous(),
        there.staged());
  }

  public static Announcement announcement(
      String device,
      String component,
      ComponentRole role,
      String version,
      Map<String, String> provides,
      Map<String, String> requires) {
    Map<String, ReleaseVersion> provided = new java.util.TreeMap<>();
    provides.forEach((api, text) -> provided.put(api, ReleaseVersion.parse(text)));
    Map<String, VersionRange> required = new java.util.TreeMap<>();
    requires.forEach((api, text) -> required.put(api, new VersionRange(text)));
    return new Announcement(
        new Site(device, component),
        role,
        version.isEmpty() ? Optional.empty() : Optional.of(ReleaseVersion.parse(version)),
        provided,
        required,
        PLATFORM,
        true,
        "",
        Duration.ofSeconds(30),
        Optional.empty(),
        List.of(),
        false);
  }
}
