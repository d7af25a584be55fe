package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.deployment.DeploymentRequest.Wanted;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Makes a request into steps, by what components announced. Changes nothing. */
final class DeploymentPlanner {
  private static final Comparator<Step> BACKEND_FIRST =
      Comparator.comparingInt((Step step) -> rank(step.role())).thenComparing(Step::site);

  private final Inventory inventory;
  private final ReleaseHints hints;
  private final String channel;

  DeploymentPlanner(Inventory inventory, ReleaseHints hints, String channel) {
    this.inventory = inventory;
    this.hints = hints;
    this.channel = channel;
  }

  /**
   * Plans an install or a catch-up.
   *
   * @throws AtomicUpdatesException.Coordination where the request names what nobody knows
   */
  Deployment plan(Deployment.Kind kind, DeploymentRequest request, Instant now) {
    List<Wanted> wanted = wanted(request);
    Map<String, ReleaseVersion> provided = provided(wanted);
    List<Step> steps = new ArrayList<>();
    for (Wanted release : wanted) {
      for (Announced there : sites(release.component(), request.devices())) {
        if (!release.version().equals(there.version())) {
          steps.add(step(release, there, provided));
        }
      }
    }
    steps.sort(BACKEND_FIRST);
    return new Deployment(
        request.jobId(),
        kind,
        request.requestedBy(),
        now,
        DeploymentState.STAGING,
        steps,
        provided,
        null,
        null);
  }

  /** Plans a revert: every step counts as committed, and what is committed goes back. */
  Deployment plan(RevertRequest request, Instant now) {
    List<Step> steps =
        sites(request.component(), request.devices()).stream()
            .map(
                there ->
                    new Step(
                        there.site(),
                        there.role(),
                        request.version(),
                        there.version(),
                        "",
                        Map.of(),
                        StepStatus.COMMITTED,
                        null))
            .sorted(BACKEND_FIRST)
            .toList();
    return new Deployment(
        request.jobId(),
        Deployment.Kind.REVERT,
        request.requestedBy(),
        now,
        DeploymentState.REVERTING,
        steps,
        Map.of(),
        null,
        null,
        request.data());
  }

  /** What a deployment would do, for people, in order. */
  List<String> inWords(Deployment deployment) {
    if (deployment.steps().isEmpty()) {
      return List.of("nothing to do: everything runs the wanted version already");
    }
    List<String> plan = new ArrayList<>();
    deployment.steps().forEach(step -> plan.add(inWords(step)));
    plan.addAll(waitedFor(deployment));
    return plan;
  }

  private static String inWords(Step step) {
    String change =
        step.site() + ": " + (step.from() == null ? "none" : step.from()) + " to " + step.to();
    return step.status() == StepStatus.LEFT_BEHIND
        ? change + " when it returns (away now)"
        : change;
  }

  /** Who is away and would not fit: the deployment would have to wait for it. */
  private List<String> waitedFor(Deployment deployment) {
    return deployment.steps().stream()
        .filter(Step::frontend)
        .filter(step -> step.status() == StepStatus.PENDING && inventory.away(step.site()))
        .map(step -> step.site() + " is away and would not fit: it would be waited for")
        .toList();
  }

  private List<Wanted> wanted(DeploymentRequest request) {
    List<Wanted> wanted =
        request.releases().isEmpty() ? hints.releasesOf(request.offerId()) : request.releases();
    if (wanted.isEmpty()) {
      throw refused(
          ErrorCode.ERROR_CODE_OFFER_UNKNOWN,
          "cannot install offer \"%s\": it is not known here and no release is named; check for"
              + " updates and install the offer that is made",
          request.offerId());
    }
    long components = wanted.stream().map(Wanted::component).distinct().count();
    if (components != wanted.size()) {
      throw refused(
          ErrorCode.ERROR_CODE_OFFER_UNKNOWN,
          "cannot install: a component is named twice; name each component once");
    }
    return wanted;
  }

  private List<Announced> sites(String component, Set<String> devices) {
    List<Announced> all = inventory.all();
    Set<String> known =
        all.stream().map(there -> there.site().device()).collect(Collectors.toSet());
    for (String device : new TreeSet<>(devices)) {
      if (!known.contains(device)) {
        throw refused(
            ErrorCode.ERROR_CODE_DEPLOYMENT_UNKNOWN_DEVICE,
            "cannot install on device %s: nobody announced it; check its name and that it runs",
            device);
      }
    }
    List<Announced> found =
        all.stream()
            .filter(there -> there.site().component().equals(component))
            .filter(there -> devices.isEmpty() || devices.contains(there.site().device()))
            .toList();
    if (found.isEmpty()) {
      throw refused(
          ErrorCode.ERROR_CODE_INSTALL_UNKNOWN_COMPONENT,
          "cannot install %s: nobody announced that component%s; check its name and that its"
              + " device runs",
          component,
          devices.isEmpty() ? "" : " on the named devices");
    }
    return found;
  }

  private Step step(Wanted release, Announced there, Map<String, ReleaseVersion> provided) {
    String target =
        hints
            .manifestTarget(release, there.site().device())
            .orElseGet(
                () ->
                    ReleaseDescription.manifestTarget(
                        channel,
                        release.component(),
                        release.version().toString(),
                        ReleaseDescription.ANY_PLATFORM));
    Step step =
        new Step(
            there.site(),
            there.role(),
            there.version(),
            release.version(),
            target,
            there.requires(),
            StepStatus.PENDING,
            null);
    boolean behind = step.frontend() && inventory.away(there.site()) && step.oldFits(provided);
    return behind ? step.in(StepStatus.LEFT_BEHIND) : step;
  }

  /** What will be provided: as announced, except where the deployment changes the provider. */
  private Map<String, ReleaseVersion> provided(List<Wanted> wanted) {
    Set<String> changing = wanted.stream().map(Wanted::component).collect(Collectors.toSet());
    Map<String, ReleaseVersion> provided = new HashMap<>();
    for (Announced there : inventory.all()) {
      if (!changing.contains(there.site().component())) {
        provided.putAll(there.provides());
      }
    }
    for (Wanted release : wanted) {
      provided.putAll(hints.provides(release));
    }
    return provided;
  }

  private static int rank(Role role) {
    return switch (role) {
      case BACKEND -> 0;
      case MODULE -> 1;
      case FRONTEND -> 2;
    };
  }

  private static AtomicUpdatesException refused(
      ErrorCode code, String message, Object... arguments) {
    return new AtomicUpdatesException.Coordination(
        code, ErrorCategory.ERROR_CATEGORY_OPERATOR, message.formatted(arguments), null);
  }
}
