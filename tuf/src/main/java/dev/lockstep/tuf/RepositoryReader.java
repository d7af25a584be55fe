package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.TargetsRole;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings metadata from the repository and the store into a {@link TrustedMetadataSet}, in the order
 * of specification section 5. What was verified is stored at once, so that it is kept when a later
 * step fails.
 */
final class RepositoryReader {
  private static final Logger LOG = LoggerFactory.getLogger(RepositoryReader.class);

  private final UpdaterSettings settings;
  private final Fetcher fetcher;
  private final MetadataStore store;
  private final Sleeper sleeper;

  /** The mirror that gave the timestamp goes first. */
  private Mirrors mirrors;

  /** What the store holds of it; null if nothing is known. */
  private VerifiedRecord record;

  RepositoryReader(
      UpdaterSettings settings, Fetcher fetcher, MetadataStore store, Sleeper sleeper) {
    this.settings = settings;
    this.sleeper = sleeper;
    this.fetcher = fetcher;
    this.store = store;
    this.mirrors = new Mirrors(settings.metadataUrls());
  }

  /**
   * What is trusted before anything is fetched (section 5.2): what is known in memory, as long as
   * the store holds the same, or else what the store holds.
   */
  TrustedMetadataSet start(Optional<TrustedMetadataSet> known, Instant startTime) {
    Optional<byte[]> stored = store.load("root");
    if (known.isPresent()
        && stored.isPresent()
        && Arrays.equals(stored.get(), known.get().rootBytes())) {
      TrustedMetadataSet again = known.get().startedAgainAt(startTime);
      if (!Arrays.equals(
          store.load("timestamp").orElse(null), again.timestampBytes().orElse(null))) {
        again.forgetAllButRoot();
      }
      return again;
    }
    record = store.loadRecord().flatMap(VerifiedRecord::parse).orElse(null);
    Optional<TrustedMetadataSet> remembered =
        record == null || stored.isEmpty()
            ? Optional.empty()
            : TrustedMetadataSet.remembering(record, stored.get(), startTime);
    return remembered
        .or(() -> LocalRoot.find(store, startTime))
        .orElseThrow(
            () ->
                new NoRootException(
                    "cannot refresh: the metadata store holds no usable root; give it the root"
                        + " that came with the installation"));
  }

  /** Sections 5.3 to 5.6.6: root chain, timestamp, snapshot, top-level targets. */
  void refresh(TrustedMetadataSet trusted) {
    mirrors = new Mirrors(settings.metadataUrls());
    URI last = settings.metadataUrls().get(settings.metadataUrls().size() - 1);
    // Together: a mirror that keeps back a root cannot give a timestamp that a later root signs.
    URI chosen =
        mirrors.first(
            mirror -> {
              refreshRoot(trusted, mirror);
              // Asking another mirror is better than waiting for this one.
              int retries = mirror.equals(last) ? settings.staleness().retries() : 0;
              refreshTimestamp(trusted, mirror, retries);
              return mirror;
            });
    mirrors = mirrors.startingWith(chosen);
    if (!isUntouched("snapshot", trusted.rememberedSnapshot())) {
      refreshSnapshot(trusted);
    }
    if (!isUntouched("targets", trusted.rememberedTargets())) {
      targets(trusted, "targets", Authority.of(trusted.root(), RoleType.TARGETS));
    }
  }

  /**
   * Whether the store still holds a document that an earlier process verified. A file that nobody
   * has written to is not read here; its digest is compared before it is used.
   */
  private boolean isUntouched(String role, Optional<VerifiedFacts> remembered) {
    if (remembered.isEmpty()) {
      return false;
    }
    Optional<String> stamp = store.stamp(role);
    return stamp.isPresent() && stamp.get().equals(record.stamps().get(role))
        || store.load(role).filter(remembered.get()::areOf).isPresent();
  }

  /** Notes for the next process what has been verified. */
  void remember(TrustedMetadataSet trusted) {
    Map<String, String> stamps = new HashMap<>();
    for (String role : List.of("snapshot", "targets")) {
      store.stamp(role).ifPresent(stamp -> stamps.put(role, stamp));
    }
    VerifiedRecord now = trusted.toRecord(stamps);
    byte[] bytes = now.toBytes();
    if (record != null && Arrays.equals(bytes, record.toBytes())) {
      return;
    }
    try {
      store.saveRecord(bytes);
      record = now;
    } catch (StoreException e) {
      // It only saves time. What was verified is stored; the next process verifies it again.
      LOG.warn("Verified metadata will be verified once more: {}", e.getMessage());
    }
  }

  private void refreshRoot(TrustedMetadataSet trusted, URI mirror) {
    int bound = settings.limits().rootRotations();
    for (int fetched = 0; ; fetched++) {
      String name = (trusted.rootVersion() + 1) + ".root.json";
      Optional<byte[]> next = fetchIfThere(mirror, name, settings.limits().rootBytes());
      if (next.isEmpty()) {
        break;
      }
      if (fetched == bound) {
        throw new LimitException(
            "cannot follow the chain of roots: there are more than "
                + bound
                + " new ones; refresh again to go on from "
                + name
                + ", or raise the limit");
      }
      boolean onlineKeysRotated = trusted.updateRoot(next.get());
      if (onlineKeysRotated) {
        // Section 5.3.11, before the root is stored: a crash in between must not leave a timestamp
        // of an attacker beside the root that recovers from him.
        store.delete("timestamp");
        store.delete("snapshot");
      }
      store.saveRoot(trusted.rootVersion(), next.get());
      LOG.info("Trusting root version {}", trusted.rootVersion());
    }
    trusted.checkRootIsFresh();
  }

  private void refreshTimestamp(TrustedMetadataSet trusted, URI mirror, int mostRetries) {
    if (!trusted.hasTimestamp()) {
      recall("timestamp", trusted::recallTimestamp);
    }
    Duration pause = settings.staleness().firstPause();
    for (int retries = 0; ; retries++) {
      byte[] fetched = fetch(mirror, "timestamp.json", settings.limits().timestampBytes());
      try {
        if (trusted.updateTimestamp(fetched)) {
          store.save("timestamp", fetched);
        }
        return;
      } catch (RollbackException e) {
        // A cache on the way may lag behind for a while; that is not an attack yet.
        if (retries >= mostRetries) {
          throw e;
        }
        LOG.info("Asking for the timestamp again in {}: {}", pause, e.getMessage());
      }
      sleeper.sleep(pause);
      pause = pause.multipliedBy(2);
    }
  }

  private void refreshSnapshot(TrustedMetadataSet trusted) {
    if (!trusted.hasSnapshot()) {
      recall("snapshot", trusted::recallSnapshot);
    }
    if (trusted.snapshotIsCurrent()) {
      return;
    }
    fetchDescribed(
        trusted,
        "snapshot",
        trusted.describedSnapshot(),
        settings.limits().snapshotBytes(),
        fetched -> {
          trusted.updateSnapshot(fetched);
          return fetched;
        });
  }

  /**
   * The verified targets document of a role: known, stored or fetched, in this order.
   *
   * @param authority what the role's delegator says at present
   */
  TargetsRole targets(TrustedMetadataSet trusted, String role, Authority authority) {
    if (!trusted.hasSnapshot()) {
      refreshSnapshot(trusted);
    }
    Optional<TargetsRole> known = trusted.targets(role, authority);
    if (known.isPresent()) {
      return known.get();
    }
    recall(role, bytes -> trusted.updateTargets(role, authority, bytes));
    Optional<TargetsRole> recalled = trusted.targets(role, authority);
    if (recalled.isPresent()) {
      return recalled.get();
    }
    return fetchDescribed(
        trusted,
        role,
        trusted.described(role),
        settings.limits().targetsBytes(),
        fetched -> trusted.updateTargets(role, authority, fetched));
  }

  /** Offers a stored document. It is verified like any other, and if it fails it is fetched. */
  private void recall(String role, Consumer<byte[]> take) {
    Optional<byte[]> stored = store.load(role);
    if (stored.isPresent()) {
      try {
        take.accept(stored.get());
      } catch (TufException e) {
        LOG.debug("Passing over the stored {}: {}", role, e.getMessage());
      }
    }
  }

  /** Fetches a document from the first mirror whose bytes are accepted, and stores them. */
  private <T> T fetchDescribed(
      TrustedMetadataSet trusted,
      String role,
      MetaFile described,
      long limit,
      Function<byte[], T> accept) {
    String prefix = trusted.root().consistentSnapshot() ? described.version() + "." : "";
    String name = prefix + RoleNames.encode(role) + ".json";
    return mirrors.first(
        mirror -> {
          byte[] fetched =
              described.length().isEmpty()
                  ? fetch(mirror, name, limit)
                  : fetchStated(mirror, role, name, described.length().getAsLong());
          T accepted = accept.apply(fetched);
          store.save(role, fetched);
          return accepted;
        });
  }

  private byte[] fetchStated(URI mirror, String role, String name, long length) {
    try {
      return fetch(mirror, name, length);
    } catch (LimitException e) {
      throw new LengthOrHashException(
          "cannot trust the role "
              + role
              + ": "
              + name
              + " is longer than the "
              + length
              + " bytes that signed metadata states",
          e);
    }
  }

  private byte[] fetch(URI mirror, String name, long limit) {
    return fetcher.fetch(URI.create(mirror + name), limit);
  }

  private Optional<byte[]> fetchIfThere(URI mirror, String name, long limit) {
    try {
      return Optional.of(fetch(mirror, name, limit));
    } catch (FetchException e) {
      if (e.isMissing()) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
