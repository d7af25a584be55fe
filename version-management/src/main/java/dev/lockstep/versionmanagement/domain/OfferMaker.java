package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Makes an offer: the newest releases that fit together over all devices.
 *
 * <p>Each component goes to one version, the same on all devices that take part. The backend's
 * newest version comes first, then that of modules, then that of each frontend; where the newest
 * set does not fit, the next is tried, and leaving a component as it is counts as the last choice.
 * So a backend may be offered alone when all frontends still fit it, and a frontend alone when it
 * fits the backend that runs.
 */
public final class OfferMaker {
  private static final int MAX_VERSIONS = 8;
  private static final int MAX_STEPS = 20_000;
  private static final int MAX_WITHHELD = 200;

  private final String channel;

  /** Offers releases of that channel only. */
  public OfferMaker(String channel) {
    this.channel = channel;
  }

  /**
   * What can be offered.
   *
   * @param offer the releases to install together; {@link Offer#NONE} where there is nothing
   * @param withheld newer releases that are not in it, with the reason
   * @param inStore what people should get from a store
   */
  public record Proposal(Offer offer, List<Withheld> withheld, List<StoreRelease> inStore) {
    /** Nothing to offer and nothing withheld. */
    public static final Proposal NOTHING = new Proposal(Offer.NONE, List.of(), List.of());

    /** Copies what is mutable. */
    public Proposal {
      withheld = List.copyOf(withheld);
      inStore = List.copyOf(inStore);
    }
  }

  /** Makes the offer for what is installed from what exists. */
  public Proposal make(
      List<ComponentOnDevice> inventory, Catalogue catalogue, Exclusions exclusions) {
    Map<String, List<Candidate>> candidates = new LinkedHashMap<>();
    List<Withheld> withheld = new ArrayList<>();
    for (String component : inOrder(inventory)) {
      Candidates ofComponent = new Candidates(exclusions, sitesOf(component, inventory));
      candidates.put(
          component, ofComponent.among(ComponentReleases.of(component, channel, catalogue)));
      withheld.addAll(ofComponent.withheld());
    }
    Fit fit = new Fit(inventory, catalogue, channel);
    Map<String, Candidate> choice = new Search(fit, candidates).best();
    candidates.forEach(
        (component, all) -> withheld.addAll(passedOver(all, choice, fit, candidates.keySet())));
    withheld.addAll(unreadable(inventory, catalogue));
    Offer offer = new OfferAssembly(inventory, catalogue).of(choice, Optional.empty());
    Map<String, List<ComponentOnDevice>> components = new LinkedHashMap<>();
    candidates.keySet().forEach(one -> components.put(one, sitesOf(one, inventory)));
    StoreShelf shelf = new StoreShelf(fit, choice, components);
    components
        .keySet()
        .forEach(
            one -> shelf.add(one, ComponentReleases.inStore(one, channel, catalogue), exclusions));
    withheld.addAll(shelf.withheld());
    withheld.removeIf(one -> isShown(one, shelf.shown()));
    return new Proposal(offer, newerThanOffered(withheld, choice), shelf.shown());
  }

  /** A release may be in the store for one platform and an archive for another. */
  private static boolean isShown(Withheld withheld, List<StoreRelease> shown) {
    return shown.stream()
        .anyMatch(
            one ->
                one.component().equals(withheld.component())
                    && one.release().version().toString().equals(withheld.version()));
  }

  /** Backend first, since the others have to fit it. */
  private static List<String> inOrder(List<ComponentOnDevice> inventory) {
    Map<String, ComponentRole> roles = new TreeMap<>();
    inventory.forEach(
        site ->
            roles.merge(
                site.site().component(), site.role(), (a, b) -> a.compareTo(b) <= 0 ? a : b));
    return roles.keySet().stream()
        .sorted(Comparator.<String, ComponentRole>comparing(roles::get).thenComparing(c -> c))
        .toList();
  }

  private static List<ComponentOnDevice> sitesOf(
      String component, List<ComponentOnDevice> inventory) {
    return inventory.stream().filter(site -> site.site().component().equals(component)).toList();
  }

  private static List<Withheld> passedOver(
      List<Candidate> candidates, Map<String, Candidate> choice, Fit fit, Set<String> decided) {
    List<Withheld> passedOver = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (candidate.equals(choice.get(candidate.component()))) {
        break;
      }
      Map<String, Candidate> instead = new HashMap<>(choice);
      instead.put(candidate.component(), candidate);
      String reason =
          fit.violation(instead, decided).orElse("it does not fit together with the rest");
      passedOver.add(new Withheld(candidate.component(), candidate.version().toString(), reason));
    }
    return passedOver;
  }

  private static List<Withheld> unreadable(List<ComponentOnDevice> inventory, Catalogue catalogue) {
    return catalogue.unreadable().stream()
        .filter(
            one ->
                inventory.stream()
                    .anyMatch(
                        site ->
                            site.site().component().equals(one.component())
                                && mayBeNewer(site, one.version())))
        .toList();
  }

  private static boolean mayBeNewer(ComponentOnDevice site, String version) {
    return !ReleaseVersion.isValid(version) || site.isBehind(ReleaseVersion.parse(version));
  }

  /** Nobody wants to know why something is withheld that is older than what is offered. */
  private static List<Withheld> newerThanOffered(
      List<Withheld> withheld, Map<String, Candidate> choice) {
    return withheld.stream()
        .filter(
            one -> {
              Candidate chosen = choice.get(one.component());
              return chosen == null
                  || !ReleaseVersion.isValid(one.version())
                  || ReleaseVersion.parse(one.version()).isNewerThan(chosen.version());
            })
        .sorted(Comparator.comparing(Withheld::component).thenComparing(Withheld::version))
        .limit(MAX_WITHHELD)
        .toList();
  }

  /** Goes through the choices, best first, and leaves a branch as soon as something cannot fit. */
  private static final class Search {
    private final Fit fit;
    private final List<Map.Entry<String, List<Candidate>>> components;
    private final Map<String, Candidate> choice = new HashMap<>();
    private final Set<String> decided = new HashSet<>();
    private int steps;

    Search(Fit fit, Map<String, List<Candidate>> candidates) {
      this.fit = fit;
      this.components = List.copyOf(candidates.entrySet());
    }

    Map<String, Candidate> best() {
      return choose(0) ? Map.copyOf(choice) : Map.of();
    }

    private boolean choose(int index) {
      if (index == components.size()) {
        return true;
      }
      String component = components.get(index).getKey();
      List<Candidate> candidates = components.get(index).getValue();
      decided.add(component);
      for (Candidate candidate : candidates.subList(0, Math.min(MAX_VERSIONS, candidates.size()))) {
        choice.put(component, candidate);
        if (fits() && choose(index + 1)) {
          return true;
        }
      }
      choice.remove(component);
      if (fits() && choose(index + 1)) {
        return true;
      }
      decided.remove(component);
      return false;
    }

    /** After too many steps nothing counts as fitting, so that nothing at all is offered. */
    private boolean fits() {
      steps++;
      return steps <= MAX_STEPS && fit.violation(choice, decided).isEmpty();
    }
  }
}
