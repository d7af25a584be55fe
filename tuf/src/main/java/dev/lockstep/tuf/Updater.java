package dev.lockstep.tuf;

import dev.lockstep.tuf.MetadataStore.Lease;
import dev.lockstep.tuf.metadata.TargetsRole;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds and fetches the targets of a TUF repository, verified (specification 1.0.34, section 5).
 *
 * <p>{@link #refresh} comes first, and again whenever newer targets may exist; the other methods
 * answer from what it verified and throw {@link IllegalStateException} before it, or after it has
 * failed. An object that lives long remembers what it has verified, so that a refresh with nothing
 * new costs two requests and no verification. Every method throws {@link TufException}.
 * Thread-safe: one method runs at a time, but downloads run beside everything.
 */
public final class Updater {
  /** A poll every minute shall not write every minute. */
  private static final Duration CLOCK_RECORD_INTERVAL = Duration.ofHours(1);

  private final UpdaterSettings settings;
  private final Fetcher fetcher;
  private final MetadataStore store;
  private final Clock clock;
  private final RepositoryReader reader;
  private final Mirrors content;

  private Optional<TrustedMetadataSet> known = Optional.empty();
  private boolean refreshed;

  public Updater(UpdaterSettings settings, Fetcher fetcher, MetadataStore store, Clock clock) {
    this(settings, fetcher, store, clock, Sleeper.REAL);
  }

  Updater(
      UpdaterSettings settings,
      Fetcher fetcher,
      MetadataStore store,
      Clock clock,
      Sleeper sleeper) {
    this.settings = settings;
    this.fetcher = fetcher;
    this.store = store;
    this.clock = clock;
    this.reader = new RepositoryReader(settings, fetcher, store, sleeper);
    this.content = new Mirrors(settings.contentUrls());
  }

  /**
   * Brings root, timestamp, snapshot and targets up to date, against the time at which it starts
   * (sections 5.1 to 5.6.6).
   *
   * <p>What was verified before a failure is kept in the store, so the next refresh goes on from
   * there.
   */
  public synchronized void refresh() {
    refreshed = false;
    Instant startTime = clock.instant();
    checkClock(startTime, settings.limits().earliestTime(), "set the clock");
    try (Lease lease = store.acquire()) {
      Optional<Instant> last = store.lastRefresh();
      last.ifPresent(
          time ->
              checkClock(
                  startTime,
                  time.minus(settings.limits().clockTolerance()),
                  "set the clock, or if it was ahead at the last refresh, delete last_refresh in"
                      + " the metadata store"));
      TrustedMetadataSet trusted = reader.start(known, startTime);
      known = Optional.of(trusted);
      reader.refresh(trusted);
      reader.remember(trusted);
      if (last.isEmpty() || startTime.isAfter(last.get().plus(CLOCK_RECORD_INTERVAL))) {
        store.recordRefresh(startTime);
      }
    }
    refreshed = true;
  }

  /** A clock that went back would make expired metadata look fresh. */
  private static void checkClock(Instant now, Instant passed, String remedy) {
    if (now.isBefore(passed)) {
      throw new ClockException(
          "cannot refresh: this device's clock is before "
              + passed
              + " (it says "
              + now
              + "), which has surely passed; "
              + remedy);
    }
  }

  /**
   * Finds a target by its path, wherever it is delegated to (section 5.6.7).
   *
   * @return empty if no role that may list this path does
   */
  public synchronized Optional<TargetFile> findTarget(String path) {
    TrustedMetadataSet trusted = trusted();
    try (Lease lease = store.acquire()) {
      return search(trusted).find(path).map(found -> TargetFile.of(path, found.target()));
    }
  }

  /**
   * Finds a target that has to be there.
   *
   * @throws UnknownTargetException if no role that may list this path does
   */
  public TargetFile getTarget(String path) {
    return findTarget(path)
        .orElseThrow(
            () ->
                new UnknownTargetException(
                    "cannot find the target " + path + ": no role that may list it does"));
  }

  /**
   * Lists the targets of a role that a search for their path finds in that very role: what it lists
   * outside of its delegation, or what another role lists with precedence, is left out.
   *
   * @param role a delegated role, or {@code targets}
   * @return empty also if nobody delegates to such a role
   */
  public synchronized List<TargetFile> targetsOf(String role) {
    TrustedMetadataSet trusted = trusted();
    try (Lease lease = store.acquire()) {
      DelegationSearch search = search(trusted);
      List<TargetFile> result = new ArrayList<>();
      search
          .documentOf(role)
          .ifPresent(
              document ->
                  document
                      .targets()
                      .forEach(
                          (path, target) -> {
                            if (search.find(path).filter(f -> f.role().equals(role)).isPresent()) {
                              result.add(TargetFile.of(path, target));
                            }
                          }));
      return List.copyOf(result);
    }
  }

  /** Whether a role leaves some of its targets to other roles; no if nobody delegates to it. */
  public synchronized boolean delegates(String role) {
    TrustedMetadataSet trusted = trusted();
    try (Lease lease = store.acquire()) {
      return search(trusted).documentOf(role).flatMap(TargetsRole::delegations).isPresent();
    }
  }

  /**
   * Lists the targets whose path begins with a prefix, of a role and of the roles that it delegates
   * to; each as a search for its path finds it. Only documents of roles that may list such a path
   * are fetched.
   *
   * @param role a delegated role, or {@code targets}
   * @param prefix for example {@code stable/backend/}
   * @return empty also if nobody delegates to such a role
   * @throws LimitException if more roles may list such a path than the limits allow to visit
   */
  public synchronized List<TargetFile> targetsBelow(String role, String prefix) {
    TrustedMetadataSet trusted = trusted();
    try (Lease lease = store.acquire()) {
      List<TargetFile> result = new ArrayList<>();
      search(trusted)
          .listBelow(role, prefix)
          .forEach((path, target) -> result.add(TargetFile.of(path, target)));
      return List.copyOf(result);
    }
  }

  /**
   * The preferred address of a target's content, with the hash in its name if snapshots are
   * consistent.
   */
  public URI locate(TargetFile target) {
    return URI.create(settings.contentUrl() + nameOf(target));
  }

  /**
   * Opens a target's content at the first address that gives it, from an offset on. Nothing of it
   * is verified: the reader has to, against the target's length and hashes.
   */
  public Download open(TargetFile target, long offset) {
    String name = nameOf(target);
    return content.first(mirror -> fetcher.open(URI.create(mirror + name), offset));
  }

  private synchronized String nameOf(TargetFile target) {
    String path = RoleNames.encodePath(target.path());
    if (!trusted().root().consistentSnapshot()) {
      return path;
    }
    int name = path.lastIndexOf('/') + 1;
    return path.substring(0, name) + hashForName(target) + "." + path.substring(name);
  }

  private static String hashForName(TargetFile target) {
    Map<String, String> hashes = target.hashes();
    return hashes.getOrDefault("sha256", hashes.values().iterator().next());
  }

  /**
   * Fetches a small target into memory and verifies it (section 5.7).
   *
   * @throws LimitException if the target is longer than {@code maxBytes}; nothing is requested
   * @throws LengthOrHashException if what came is not the target
   */
  public byte[] fetchSmall(TargetFile target, long maxBytes) {
    if (target.length() > maxBytes) {
      throw new LimitException(
          "cannot fetch the target "
              + target.path()
              + " into memory: it has "
              + target.length()
              + " bytes, more than "
              + maxBytes);
    }
    TargetDownload.digestsOf(target);
    String name = nameOf(target);
    return content.first(mirror -> fetchOnce(target, URI.create(mirror + name)));
  }

  private byte[] fetchOnce(TargetFile target, URI uri) {
    Map<String, MessageDigest> digests = TargetDownload.digestsOf(target);
    byte[] bytes;
    try {
      bytes = fetcher.fetch(uri, target.length());
    } catch (LimitException e) {
      throw TargetDownload.mismatch(target, "it is longer than " + target.length() + " bytes", e);
    }
    digests.values().forEach(digest -> digest.update(bytes));
    TargetDownload.check(target, bytes.length, digests);
    return bytes;
  }

  /**
   * Downloads a target to a file (section 5.7): streamed in bounded memory, verified, then renamed
   * into place. A file that is there already with the right content causes no request.
   *
   * @param destination its folder is made if missing; afterwards it is whole and verified, or as it
   *     was before
   * @throws LengthOrHashException if what came is not the target
   */
  public void download(TargetFile target, Path destination) {
    TargetDownload download = new TargetDownload(target, destination, store.scratch());
    String name = nameOf(target);
    content.firstThat(mirror -> download.run(fetcher, URI.create(mirror + name)));
  }

  private TrustedMetadataSet trusted() {
    if (!refreshed) {
      throw new IllegalStateException("refresh first: there is no verified metadata");
    }
    return known.orElseThrow();
  }

  private DelegationSearch search(TrustedMetadataSet trusted) {
    return new DelegationSearch(
        trusted.root(),
        (role, authority) -> reader.targets(trusted, role, authority),
        settings.limits().delegatedRoles());
  }
}
