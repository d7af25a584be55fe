package dev.lockstep.atomicupdates.deployment;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which component is where, at which version, as the announcements said; knows who is away, and
 * forgets who is told to be forgotten. Safe for use by several threads. Kept in memory: a heartbeat
 * later it is whole again.
 */
public final class Inventory {
  /** More sites than this are not taken in, so that a flood cannot fill the memory. */
  public static final int MAX_SITES = 20_000;

  private record Seen(Announced announced, Instant at) {}

  private final Clock clock;
  private final Map<Site, Seen> sites = new TreeMap<>();

  /** An empty inventory. */
  public Inventory(Clock clock) {
    this.clock = clock;
  }

  /**
   * Takes in an announcement as of now.
   *
   * @return whether it was taken in; false when there are too many sites
   */
  public synchronized boolean update(Announced announced) {
    if (sites.size() >= MAX_SITES && !sites.containsKey(announced.site())) {
      return false;
    }
    sites.put(announced.site(), new Seen(announced, clock.instant()));
    return true;
  }

  /** A site is not part of the app any more. */
  synchronized void forget(Site site) {
    sites.remove(site);
  }

  /** Everybody who announced itself, ordered by component and device. */
  public synchronized List<Announced> all() {
    return sites.values().stream().map(Seen::announced).toList();
  }

  /** What a site said last. */
  public synchronized Optional<Announced> find(Site site) {
    return Optional.ofNullable(sites.get(site)).map(Seen::announced);
  }

  /** Whether a site left, fell silent, or was never there. */
  public synchronized boolean away(Site site) {
    Seen seen = sites.get(site);
    return seen == null
        || seen.announced().leaving()
        || seen.at().plus(seen.announced().awayAfter()).isBefore(clock.instant());
  }
}
