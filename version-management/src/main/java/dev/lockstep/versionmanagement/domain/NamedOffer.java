package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.release.InStore;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes an offer of exactly the releases that a person names, older ones too.
 *
 * <p>What is named is taken although it failed before, although a newer release exists, and
 * although it is rolled out to a part of the devices only. It has to exist in the channel, to have
 * a build for every device, and to fit together with all that stays as it is. Where releases that
 * must not be passed over lie on the way up, the offer is the first step of the way.
 */
public final class NamedOffer {
  private final String channel;
  private final List<ComponentOnDevice> inventory;
  private final Catalogue catalogue;
  private final List<Skip> skips;
  private final Hardware hardware;

  /**
   * For what is there, from what exists in that channel, without what people never want, for the
   * hardware as far as it is known here.
   */
  public NamedOffer(
      String channel,
      List<ComponentOnDevice> inventory,
      Catalogue catalogue,
      List<Skip> skips,
      Hardware hardware) {
    this.channel = channel;
    this.inventory = List.copyOf(inventory);
    this.catalogue = catalogue;
    this.skips = List.copyOf(skips);
    this.hardware = hardware;
  }

  /**
   * What came of it.
   *
   * @param offer {@link Offer#NONE} where there is nothing to do or where it is refused
   * @param problem why it is refused
   * @param remarks what a person should know before it happens
   */
  public record Result(Offer offer, Optional<Problem> problem, List<String> remarks) {
    /** Copies what is mutable. */
    public Result {
      remarks = List.copyOf(remarks);
    }
  }

  /** Makes the offer, or says why not. */
  public Result of(Wanted wanted) {
    Optional<Problem> nobody = unknown(wanted);
    if (nobody.isPresent()) {
      return refused(nobody.get());
    }
    Map<String, Candidate> steps = new HashMap<>();
    Map<String, Candidate> goals = new HashMap<>();
    for (Map.Entry<String, ReleaseVersion> named : new TreeMap<>(wanted.versions()).entrySet()) {
      Optional<Problem> refusal =
          choose(named.getKey(), named.getValue(), wanted.devices(), steps, goals);
      if (refusal.isPresent()) {
        return refused(refusal.get());
      }
    }
    // What needs steps goes first and alone; the rest comes when it has arrived.
    Map<String, Candidate> choice = steps.isEmpty() ? goals : steps;
    if (choice.isEmpty()) {
      return new Result(Offer.NONE, Optional.empty(), List.of());
    }
    Optional<Problem> unfit = unfit(choice);
    if (unfit.isPresent()) {
      return refused(unfit.get());
    }
    Offer offer = new OfferAssembly(inventory, catalogue).of(choice, Optional.of(wanted));
    return new Result(offer, Optional.empty(), remarks(offer));
  }

  private Optional<Problem> choose(
      String component,
      ReleaseVersion version,
      Set<String> devices,
      Map<String, Candidate> steps,
      Map<String, Candidate> goals) {
    ComponentReleases releases = ComponentReleases.of(component, channel, catalogue);
    List<ComponentOnDevice> sites = sites(component, devices);
    Optional<ReleaseVersion> step = firstStep(sites, version, releases);
    ReleaseVersion next = step.orElse(version);
    Optional<Problem> refusal = against(component, version, releases);
    if (refusal.isEmpty() && step.isPresent()) {
      refusal = against(component, next, releases);
    }
    if (refusal.isPresent()) {
      return refusal;
    }
    Map<Site, Release> assignment = new TreeMap<>();
    for (ComponentOnDevice site : sites) {
      boolean concerned =
          step.isPresent() ? site.isBehind(next) : !site.version().equals(Optional.of(next));
      Optional<Release> build = ComponentReleases.buildFor(site, releases.builds(next));
      if (concerned && build.isEmpty()) {
        return Optional.of(noBuild(component, next, site));
      }
      if (concerned && !hardware.permits(site.site(), build.get())) {
        return Optional.of(otherHardware(component, next, site));
      }
      if (concerned) {
        assignment.put(site.site(), build.get());
      }
    }
    if (!assignment.isEmpty()) {
      List<ReleaseVersion> then = new ArrayList<>();
      if (step.isPresent()) {
        then.addAll(releases.stepsBetween(next, version, sites.get(0)));
        then.add(version);
      }
      (step.isPresent() ? steps : goals)
          .put(component, new Candidate(component, next, assignment, then));
    }
    return Optional.empty();
  }

  private static Optional<ReleaseVersion> firstStep(
      List<ComponentOnDevice> sites, ReleaseVersion goal, ComponentReleases releases) {
    return sites.stream()
        .flatMap(site -> releases.firstStep(site, goal).stream())
        .min(ReleaseVersion::compareTo);
  }

  private Optional<Problem> against(
      String component, ReleaseVersion version, ComponentReleases releases) {
    List<Release> builds = releases.builds(version);
    String name = component + " " + version;
    Optional<InStore> place =
        ComponentReleases.inStore(component, channel, catalogue).builds(version).stream()
            .findFirst()
            .flatMap(release -> release.description().inStore());
    if (builds.isEmpty() && place.isPresent()) {
      return Optional.of(
          Problem.operator(
              ErrorCode.ERROR_CODE_NO_ARTIFACT_FOR_PLATFORM,
              "cannot install %s: people get it from a store; open %s on the device"
                  .formatted(name, place.get().link())));
    }
    if (builds.isEmpty()) {
      return Optional.of(
          Problem.operator(
              ErrorCode.ERROR_CODE_OFFER_UNKNOWN,
              "cannot install %s: no such release is signed in channel %s; there are %s"
                  .formatted(name, channel, inWords(releases))));
    }
    Optional<String> unusable = ComponentReleases.unusable(builds.get(0));
    if (unusable.isPresent()) {
      return Optional.of(
          Problem.operator(
              ErrorCode.ERROR_CODE_NO_ARTIFACT_FOR_PLATFORM,
              "cannot install %s: %s; ask its publisher".formatted(name, unusable.get())));
    }
    return skips.stream()
        .filter(skip -> skip.component().equals(component) && skip.version().equals(version))
        .findFirst()
        .map(
            skip ->
                Problem.operator(
                    ErrorCode.ERROR_CODE_POLICY_REFUSED,
                    "cannot install %s: skipped by %s; take the skip back first"
                        .formatted(name, skip.setBy())));
  }

  private Optional<Problem> unknown(Wanted wanted) {
    for (String component : new TreeSet<>(wanted.versions().keySet())) {
      if (sites(component, Set.of()).isEmpty()) {
        return Optional.of(
            Problem.operator(
                ErrorCode.ERROR_CODE_INSTALL_UNKNOWN_COMPONENT,
                "cannot install %s: nobody announced that component as one that Lockstep installs;"
                        .formatted(component)
                    + " check its name and that its device runs"));
      }
    }
    Set<String> absent = new TreeSet<>(wanted.devices());
    for (String component : wanted.versions().keySet()) {
      sites(component, wanted.devices()).forEach(site -> absent.remove(site.site().device()));
    }
    if (absent.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        Problem.operator(
            ErrorCode.ERROR_CODE_DEPLOYMENT_UNKNOWN_DEVICE,
            "cannot install %s on %s: no such device has it; see the status"
                .formatted(wanted.inWords(), String.join(", ", absent))));
  }

  private Optional<Problem> unfit(Map<String, Candidate> choice) {
    Set<String> all = new HashSet<>();
    inventory.forEach(site -> all.add(site.site().component()));
    return new Fit(inventory, catalogue, channel)
        .violation(choice, all)
        .map(
            why ->
                Problem.operator(
                    ErrorCode.ERROR_CODE_OFFER_INCOMPATIBLE,
                    "cannot install %s: %s; name a release of the other component that fits it too"
                        .formatted(
                            choice.values().stream()
                                .map(one -> one.component() + " " + one.version())
                                .sorted()
                                .collect(Collectors.joining(", ")),
                            why)));
  }

  private List<ComponentOnDevice> sites(String component, Set<String> devices) {
    return inventory.stream()
        .filter(ComponentOnDevice::installable)
        .filter(site -> site.site().component().equals(component))
        .filter(site -> devices.isEmpty() || devices.contains(site.site().device()))
        .toList();
  }

  private List<String> remarks(Offer offer) {
    List<String> remarks = new ArrayList<>();
    for (OfferedRelease release : offer.releases()) {
      String name = release.component() + " " + release.to();
      if (release.downgrades()) {
        ReleaseVersion left = release.from().orElseThrow();
        remarks.add(
            ("%s is older than %s: the data stay as %s left them, and no migration is undone. They"
                    + " are backed up first, where backups are on. To get the data of the time"
                    + " before %s back, revert instead of installing.")
                .formatted(name, left, left, left));
        if (critical(release.component(), release.to(), left)) {
          remarks.add("%s lacks a critical release that is installed now.".formatted(name));
        }
      }
      if (!release.then().isEmpty()) {
        remarks.add(
            "%s is a step on the way; then follows %s."
                .formatted(
                    name,
                    release.then().stream()
                        .map(ReleaseVersion::toString)
                        .collect(Collectors.joining(", then "))));
      }
    }
    return remarks.stream().distinct().toList();
  }

  private boolean critical(String component, ReleaseVersion after, ReleaseVersion upTo) {
    return ComponentReleases.of(component, channel, catalogue).releases().stream()
        .filter(release -> release.description().critical())
        .map(Release::version)
        .anyMatch(version -> version.isNewerThan(after) && !version.isNewerThan(upTo));
  }

  private static Problem noBuild(String component, ReleaseVersion version, ComponentOnDevice site) {
    return Problem.operator(
        ErrorCode.ERROR_CODE_NO_ARTIFACT_FOR_PLATFORM,
        "cannot install %s %s on %s: there is no build for platform \"%s\"; leave that device out"
            .formatted(component, version, site.site().device(), site.platform()));
  }

  private static Problem otherHardware(
      String component, ReleaseVersion version, ComponentOnDevice site) {
    return Problem.operator(
        ErrorCode.ERROR_CODE_NOT_FOR_THIS_HARDWARE,
        "cannot install %s %s on %s: its publisher does not release it for that hardware; leave that"
                .formatted(component, version, site.site().device())
            + " device out");
  }

  /** The newest few, since there may be very many. */
  private static String inWords(ComponentReleases releases) {
    int shown = 10;
    List<String> versions =
        releases.newestFirst().keySet().stream().map(ReleaseVersion::toString).toList();
    if (versions.isEmpty()) {
      return "none of that component";
    }
    String list = String.join(", ", versions.subList(0, Math.min(shown, versions.size())));
    return versions.size() > shown ? list + " and older ones" : list;
  }

  private static Result refused(Problem why) {
    return new Result(Offer.NONE, Optional.of(why), List.of());
  }
}
