package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.TargetsRole;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
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

  RepositoryReader(
      UpdaterSettings settings, Fetcher fetcher, MetadataStore store, Sleeper sleeper) {
    this.settings = settings;
    this.sleeper = sleeper;
    this.fetcher = fetcher;
    this.store = store;
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
    return LocalRoot.find(store, startTime)
        .orElseThrow(
            () ->
                new NoRootException(
                    "cannot refresh: the metadata store holds no usable root; give it the root"
                        + " that came with the installation"));
  }

  /** Sections 5.3 to 5.6.6: root chain, timestamp, snapshot, top-level targets. */
  void refresh(TrustedMetadataSet trusted) {
    refreshRoot(trusted);
    refreshTimestamp(trusted);
    refreshSnapshot(trusted);
    targets(trusted, "targets", Authority.of(trusted.root(), RoleType.TARGETS));
  }

  private void refreshRoot(TrustedMetadataSet trusted) {
    int bound = settings.limits().rootRotations();
    for (int fetched = 0; ; fetched++) {
      String name = (trusted.root().version() + 1) + ".root.json";
      Optional<byte[]> next = fetchIfThere(name, settings.limits().rootBytes());
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
      store.saveRoot(trusted.root().version(), next.get());
      LOG.info("Trusting root version {}", trusted.root().version());
    }
    trusted.checkRootIsFresh();
  }

  private void refreshTimestamp(TrustedMetadataSet trusted) {
    if (trusted.timestamp().isEmpty()) {
      recall("timestamp", trusted::recallTimestamp);
    }
    Duration pause = settings.staleness().firstPause();
    for (int retries = 0; ; retries++) {
      byte[] fetched = fetch("timestamp.json", settings.limits().timestampBytes());
      try {
        if (trusted.updateTimestamp(fetched)) {
          store.save("timestamp", fetched);
        }
        return;
      } catch (RollbackException e) {
        // A cache on the way may lag behind for a while; that is not an attack yet.
        if (retries >= settings.staleness().retries()) {
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
    byte[] fetched =
        fetchDescribed(
            trusted, "snapshot", trusted.describedSnapshot(), settings.limits().snapshotBytes());
    trusted.updateSnapshot(fetched);
    store.save("snapshot", fetched);
  }

  /**
   * The verified targets document of a role: known, stored or fetched, in this order.
   *
   * @param authority what the role's delegator says at present
   */
  TargetsRole targets(TrustedMetadataSet trusted, String role, Authority authority) {
    Optional<TargetsRole> known = trusted.targets(role, authority);
    if (known.isPresent()) {
      return known.get();
    }
    recall(role, bytes -> trusted.updateTargets(role, authority, bytes));
    Optional<TargetsRole> recalled = trusted.targets(role, authority);
    if (recalled.isPresent()) {
      return recalled.get();
    }
    byte[] fetched =
        fetchDescribed(trusted, role, trusted.described(role), settings.limits().targetsBytes());
    TargetsRole document = trusted.updateTargets(role, authority, fetched);
    store.save(role, fetched);
    return document;
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

  private byte[] fetchDescribed(
      TrustedMetadataSet trusted, String role, MetaFile described, long limit) {
    String prefix = trusted.root().consistentSnapshot() ? described.version() + "." : "";
    String name = prefix + RoleNames.encode(role) + ".json";
    if (described.length().isEmpty()) {
      return fetch(name, limit);
    }
    try {
      return fetch(name, described.length().getAsLong());
    } catch (LimitException e) {
      throw new LengthOrHashException(
          "cannot trust the role "
              + role
              + ": "
              + name
              + " is longer than the "
              + described.length().getAsLong()
              + " bytes that signed metadata states",
          e);
    }
  }

  private byte[] fetch(String name, long limit) {
    return fetcher.fetch(URI.create(settings.metadataUrl() + name), limit);
  }

  private Optional<byte[]> fetchIfThere(String name, long limit) {
    try {
      return Optional.of(fetch(name, limit));
    } catch (FetchException e) {
      if (e.isMissing()) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
