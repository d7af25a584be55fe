package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.config.DeploymentSettings.FrontendFailure;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A hub with the backend and two frontend devices, as tests need them. */
public final class Steps {
  public static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  public static final Duration STAGE = Duration.ofHours(1);
  public static final Duration INSTALL = Duration.ofMinutes(15);
  public static final Duration OFFLINE = Duration.ofMinutes(10);
  public static final Duration ANSWER = Duration.ofHours(4);

  /** All frontends at once, failures are kept where they can be. */
  public static final DeploymentRules RULES = rules(100, 0, FrontendFailure.KEEP);

  public static final Site BACKEND = new Site("hub", "backend");
  public static final Site KIOSK_1 = new Site("kiosk-1", "kiosk-ui");
  public static final Site KIOSK_2 = new Site("kiosk-2", "kiosk-ui");
  public static final ReleaseVersion V1 = ReleaseVersion.parse("1.0.0");
  public static final ReleaseVersion V11 = ReleaseVersion.parse("1.1.0");
  public static final Failure UNHEALTHY =
      new Failure(
          ErrorCode.ERROR_CODE_HEALTH_FAILED,
          ErrorCategory.ERROR_CATEGORY_REVERT,
          "cannot commit: the health check failed; look at its log");

  private Steps() {}

  static DeploymentRules rules(int maxParallel, int canary, FrontendFailure policy) {
    return new DeploymentRules(STAGE, INSTALL, maxParallel, canary, policy, OFFLINE, ANSWER);
  }

  static Step step(Site site, Role role, String range) {
    return new Step(
        site,
        role,
        V1,
        V11,
        "stable/" + site.component() + "/x.manifest.json",
        Map.of("backend", new VersionRange(range)),
        StepStatus.PENDING,
        null);
  }

  static Step backend() {
    return new Step(BACKEND, Role.BACKEND, V1, V11, "", Map.of(), StepStatus.PENDING, null);
  }

  /** Old frontends that go on with any 1.x backend. */
  static Deployment tolerant() {
    return deployment(
        List.of(
            backend(),
            step(KIOSK_1, Role.FRONTEND, "^1.0.0"),
            step(KIOSK_2, Role.FRONTEND, "^1.0.0")));
  }

  /** Old frontends that need the old backend. */
  static Deployment strict() {
    return deployment(
        List.of(
            backend(),
            step(KIOSK_1, Role.FRONTEND, "<1.1.0"),
            step(KIOSK_2, Role.FRONTEND, "<1.1.0")));
  }

  static Deployment deployment(List<Step> steps) {
    return new Deployment(
        "job-1",
        Deployment.Kind.INSTALL,
        "test",
        T0,
        DeploymentState.STAGING,
        steps,
        Map.of("backend", V11),
        null,
        null);
  }

  /** A backend at 1.0.0 that announces its API. */
  public static Announced backend(ReleaseVersion version) {
    return new Announced(
        BACKEND,
        Role.BACKEND,
        version,
        Map.of("backend", version),
        Map.of(),
        Set.of(),
        Duration.ofSeconds(30),
        false);
  }

  /** A frontend that needs a range of the backend's API. */
  public static Announced kiosk(Site site, ReleaseVersion version, String range) {
    return new Announced(
        site,
        Role.FRONTEND,
        version,
        Map.of(),
        Map.of("backend", new VersionRange(range)),
        Set.of(Announced.PREPARE, Announced.DRAIN),
        Duration.ofSeconds(30),
        false);
  }
}
