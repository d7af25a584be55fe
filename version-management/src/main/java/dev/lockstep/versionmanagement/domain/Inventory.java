package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which component is where, at which version, and who is away. Who was silent for too long is
 * forgotten, so that a device that was taken away does not stand in the way of the others for ever.
 *
 * <p>Not safe for use by several threads: one thread owns it.
 */
public final class Inventory {
  /** More sites than this are not taken in, so that a flood cannot fill the memory. */
  public static final int MAX_SITES = 20_000;

  private record Seen(Announcement announcement, Instant at) {
    Instant awayFrom() {
      return announcement.leaving() ? Instant.MIN : at.plus(announcement.awayAfter());
    }
  }

  private record Expected(
      ReleaseVersion version,
      Map<String, ReleaseVersion> provides,
      Map<String, VersionRange> requires,
      Instant until) {}

  private final Map<Site, Seen> seen = new TreeMap<>();
  private final Map<Site, LocalComponent> local = new TreeMap<>();
  private final Map<Site, Expected> expected = new TreeMap<>();
  private final Duration forgetAfter;

  /**
   * An empty inventory.
   *
   * @param forgetAfter silence after which a component on a device is no longer part of the app
   */
  public Inventory(Duration forgetAfter) {
    this.forgetAfter = forgetAfter;
  }

  /**
   * Takes in an announcement as of a time.
   *
   * @return whether it says something new, apart from the time; false too when there is no room
   */
  public boolean announced(Announcement announcement, Instant at) {
    Site site = announcement.site();
    Seen before = seen.get(site);
    if (before == null && seen.size() >= MAX_SITES) {
      return false;
    }
    boolean returned = returns(announcement, at);
    seen.put(site, new Seen(announcement, at));
    Expected awaited = expected.get(site);
    if (awaited != null && announcement.version().equals(Optional.of(awaited.version()))) {
      expected.remove(site);
    }
    return before == null || returned || !before.announcement().equals(announcement);
  }

  /** Whether an announcement is that of somebody who left or fell silent before. */
  public boolean returns(Announcement announcement, Instant at) {
    Seen before = seen.get(announcement.site());
    return before != null && before.awayFrom().isBefore(at) && !announcement.leaving();
  }

  /** Takes in what the VERSION files of this device say, in place of what they said before. */
  public void local(List<LocalComponent> components) {
    local.clear();
    components.forEach(component -> local.put(component.site(), component));
  }

  /**
   * Says that a site has just got a release. Until it announces that itself, or until the given
   * time, announcements of an older version count as late ones.
   */
  public void expect(Site site, OfferedRelease release, Instant until) {
    expected.put(site, new Expected(release.to(), release.provides(), release.requires(), until));
  }

  /** Everything that is known, ordered by component and device. */
  public List<ComponentOnDevice> at(Instant now) {
    expected.values().removeIf(awaited -> !awaited.until().isAfter(now));
    seen.values().removeIf(there -> there.at().plus(forgetAfter).isBefore(now));
    List<ComponentOnDevice> all = new ArrayList<>();
    seen.forEach((site, there) -> all.add(announcedComponent(site, there, now)));
    local.forEach(
        (site, component) -> {
          if (!seen.containsKey(site)) {
            all.add(localComponent(component));
          }
        });
    all.sort(Comparator.comparing(ComponentOnDevice::site));
    return all;
  }

  /** Whether anybody ever announced that component, or a file of this device tells its version. */
  public boolean knows(String component) {
    return seen.keySet().stream().anyMatch(site -> site.component().equals(component))
        || local.keySet().stream().anyMatch(site -> site.component().equals(component));
  }

  /** The ids of all components that {@link #knows} is true of. */
  public Set<String> components() {
    return Stream.of(seen, local)
        .flatMap(sites -> sites.keySet().stream())
        .map(Site::component)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Why versions of this device's components cannot be read. */
  public List<Problem> problems() {
    return local.values().stream().flatMap(component -> component.problem().stream()).toList();
  }

  /** When the next change happens by time alone: somebody counts as away, or a late one as true. */
  public Optional<Instant> nextChange(Instant now) {
    List<Instant> times = new ArrayList<>();
    seen.values().forEach(there -> times.add(there.awayFrom()));
    expected.values().forEach(awaited -> times.add(awaited.until()));
    // An instant later than the limit itself, which is still in time.
    return times.stream()
        .filter(time -> !time.isBefore(now))
        .min(Comparator.naturalOrder())
        .map(time -> time.plusMillis(1));
  }

  private ComponentOnDevice announcedComponent(Site site, Seen there, Instant now) {
    Announcement said = there.announcement();
    Expected awaited = expected.get(site);
    LocalComponent file = local.get(site);
    Optional<ReleaseVersion> version = said.version();
    if (file != null) {
      version = file.version();
    } else if (awaited != null) {
      version = Optional.of(awaited.version());
    }
    return new ComponentOnDevice(
        site,
        said.role(),
        version,
        awaited == null ? said.provides() : awaited.provides(),
        awaited == null ? said.requires() : awaited.requires(),
        said.platform(),
        said.running(),
        said.problem(),
        there.awayFrom().isBefore(now),
        file == null,
        said.previous(),
        said.staged());
  }

  private static ComponentOnDevice localComponent(LocalComponent component) {
    return new ComponentOnDevice(
        component.site(),
        component.role(),
        component.version(),
        Map.of(),
        Map.of(),
        component.platform(),
        component.version().isPresent(),
        "",
        false,
        false,
        Optional.empty(),
        List.of());
  }
}
