package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.MalformedMetadataException;
import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.SnapshotRole;
import dev.lockstep.tuf.metadata.TargetsRole;
import dev.lockstep.tuf.metadata.TimestampRole;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The trusted metadata of one repository at one fixed start time: bytes go in, verified metadata
 * comes out (specification section 5, the decisions without the downloads).
 *
 * <p>No input or output, no clock. Methods are called in the order root, timestamp, snapshot,
 * targets. One that throws a {@link TufException} changes nothing, so what was trusted before stays
 * trusted. What was verified is remembered with the authority and the description that it was
 * verified against, and recognized as long as both are the same; expiry is checked each time. Not
 * thread-safe.
 */
final class TrustedMetadataSet {
  /** One role can be delegated to by two parents with different keys: two claims. */
  private record Claim(String role, Authority authority) {}

  private record VerifiedTargets(TargetsRole document, MetaFile described) {}

  private final Instant startTime;
  private SignedMetadata<RootRole> root;
  private SignedMetadata<TimestampRole> timestamp;
  private SignedMetadata<SnapshotRole> snapshot;

  /** What the timestamp said of {@link #snapshot} when they were compared; null before. */
  private MetaFile snapshotDescribed;

  private final Map<Claim, VerifiedTargets> targets = new HashMap<>();

  private TrustedMetadataSet(Instant startTime, SignedMetadata<RootRole> root) {
    this.startTime = startTime;
    this.root = root;
  }

  /**
   * Starts from a root that is trusted because it came with the installation or was stored (section
   * 5.2). Its expiry does not matter yet.
   */
  static TrustedMetadataSet startingFrom(byte[] rootBytes, Instant startTime) {
    SignedMetadata<RootRole> root = parse(rootBytes, RoleType.ROOT, "root");
    Authority.of(root.role(), RoleType.ROOT).check(root, "the root to start from");
    return new TrustedMetadataSet(startTime, root);
  }

  /** The same trusted metadata for another update, which starts at another time (section 5.1). */
  TrustedMetadataSet startedAgainAt(Instant time) {
    TrustedMetadataSet next = new TrustedMetadataSet(time, root);
    next.timestamp = timestamp;
    next.snapshot = snapshot;
    next.snapshotDescribed = snapshotDescribed;
    next.targets.putAll(targets);
    return next;
  }

  RootRole root() {
    return root.role();
  }

  byte[] rootBytes() {
    return root.bytes();
  }

  Optional<TimestampRole> timestamp() {
    return Optional.ofNullable(timestamp).map(SignedMetadata::role);
  }

  /** The bytes of the trusted timestamp, to compare a stored file with. */
  Optional<byte[]> timestampBytes() {
    return Optional.ofNullable(timestamp).map(SignedMetadata::bytes);
  }

  // ---- root, section 5.3

  /**
   * Takes the next root of the chain (sections 5.3.4 to 5.3.7). All other metadata is forgotten: it
   * has to be verified against the new root.
   *
   * @return whether a key of timestamp or snapshot was taken out, so that their stored documents
   *     have to go (section 5.3.11)
   */
  boolean updateRoot(byte[] bytes) {
    long expected = root().version() + 1;
    String what = expected + ".root.json";
    SignedMetadata<RootRole> next = parse(bytes, RoleType.ROOT, what);
    Authority.of(root(), RoleType.ROOT).check(next, what + " (by the keys of the root before it)");
    Authority.of(next.role(), RoleType.ROOT).check(next, what + " (by its own keys)");
    if (next.role().version() != expected) {
      throw new RollbackException(
          "cannot trust " + what + ": it says that it is version " + next.role().version());
    }
    boolean rotated =
        losesKey(root(), next.role(), RoleType.TIMESTAMP)
            || losesKey(root(), next.role(), RoleType.SNAPSHOT);
    root = next;
    forgetAllButRoot();
    return rotated;
  }

  /** Section 5.3.10: the last root of the chain must not have expired. */
  void checkRootIsFresh() {
    checkFresh(root(), "root");
  }

  /** Forgets timestamp, snapshot and targets, for example because the store holds others. */
  void forgetAllButRoot() {
    timestamp = null;
    snapshot = null;
    snapshotDescribed = null;
    targets.clear();
  }

  private static boolean losesKey(RootRole before, RootRole after, RoleType<?> type) {
    Map<String, Key> old = Authority.of(before, type).keys();
    return !Authority.of(after, type).keys().values().containsAll(old.values());
  }

  // ---- timestamp, section 5.4

  /** Takes a stored timestamp as what was seen before; it may have expired. */
  void recallTimestamp(byte[] bytes) {
    SignedMetadata<TimestampRole> stored = parse(bytes, RoleType.TIMESTAMP, "stored timestamp");
    Authority.of(root(), RoleType.TIMESTAMP).check(stored, "the stored timestamp");
    timestamp = stored;
  }

  /**
   * Takes a fetched timestamp (sections 5.4.2 to 5.4.4).
   *
   * @return whether it is a newer one, to be stored
   */
  boolean updateTimestamp(byte[] bytes) {
    if (timestamp != null && Arrays.equals(timestamp.bytes(), bytes)) {
      checkFresh(timestamp.role(), "timestamp");
      return false;
    }
    SignedMetadata<TimestampRole> fetched = parse(bytes, RoleType.TIMESTAMP, "timestamp");
    Authority.of(root(), RoleType.TIMESTAMP).check(fetched, "the timestamp");
    if (timestamp != null) {
      checkNotOlder("timestamp", timestamp.role().version(), fetched.role().version());
      if (fetched.role().version() == timestamp.role().version()) {
        // Section 5.4.3.1: nothing new. The one seen before stays, and has to be fresh still.
        checkFresh(timestamp.role(), "timestamp");
        return false;
      }
      checkNotOlder(
          "snapshot that the timestamp names",
          timestamp.role().snapshot().version(),
          fetched.role().snapshot().version());
    }
    checkFresh(fetched.role(), "timestamp");
    timestamp = fetched;
    return true;
  }

  // ---- snapshot, section 5.5

  /** What the timestamp says of the snapshot that is current. */
  MetaFile describedSnapshot() {
    return timestamp.role().snapshot();
  }

  /** Whether a snapshot, current or older, is known. */
  boolean hasSnapshot() {
    return snapshot != null;
  }

  /** Takes a stored snapshot as what was seen before; it may be old and have expired. */
  void recallSnapshot(byte[] bytes) {
    SignedMetadata<SnapshotRole> stored = parse(bytes, RoleType.SNAPSHOT, "stored snapshot");
    Authority.of(root(), RoleType.SNAPSHOT).check(stored, "the stored snapshot");
    snapshot = stored;
    snapshotDescribed = null;
  }

  /**
   * Whether the known snapshot is the one that the timestamp names, so that none has to be fetched.
   *
   * @throws ExpiredException if it is, but has expired
   */
  boolean snapshotIsCurrent() {
    if (snapshot == null) {
      return false;
    }
    MetaFile described = describedSnapshot();
    if (!described.equals(snapshotDescribed)
        && (snapshot.role().version() != described.version()
            || !Description.matches(described, snapshot.bytes()))) {
      return false;
    }
    checkFresh(snapshot.role(), "snapshot");
    snapshotDescribed = described;
    return true;
  }

  /** Takes a fetched snapshot (sections 5.5.2 to 5.5.6). */
  void updateSnapshot(byte[] bytes) {
    MetaFile described = describedSnapshot();
    Description.check(described, bytes, RoleType.SNAPSHOT, "the snapshot");
    SignedMetadata<SnapshotRole> fetched = parse(bytes, RoleType.SNAPSHOT, "snapshot");
    Authority.of(root(), RoleType.SNAPSHOT).check(fetched, "the snapshot");
    checkVersion("snapshot", described.version(), fetched.role().version());
    if (snapshot != null) {
      checkNothingGoesBack(snapshot.role(), fetched.role());
    }
    checkFresh(fetched.role(), "snapshot");
    snapshot = fetched;
    snapshotDescribed = described;
  }

  private static void checkNothingGoesBack(SnapshotRole before, SnapshotRole after) {
    before
        .meta()
        .forEach(
            (file, old) -> {
              MetaFile now = after.meta().get(file);
              if (now == null) {
                throw new RollbackException(
                    "cannot trust the snapshot: it no longer lists " + file);
              }
              checkNotOlder(file, old.version(), now.version());
            });
  }

  // ---- targets and delegated roles, section 5.6

  /** What the current snapshot says of a targets document. */
  MetaFile described(String role) {
    return snapshot
        .role()
        .of(role)
        .orElseThrow(
            () ->
                new MixAndMatchException(
                    "cannot trust the role " + role + ": the snapshot does not list it"));
  }

  /**
   * The verified document of a role under an authority, if it is known and still what the snapshot
   * says.
   *
   * @param authority what the delegator says at present
   * @throws ExpiredException if it is known, but has expired
   */
  Optional<TargetsRole> targets(String role, Authority authority) {
    VerifiedTargets known = targets.get(new Claim(role, authority));
    if (known == null || !known.described().equals(described(role))) {
      return Optional.empty();
    }
    checkFresh(known.document(), role);
    return Optional.of(known.document());
  }

  /**
   * Takes a targets document, fetched or stored (sections 5.6.2 to 5.6.5): it has to be what the
   * snapshot says and be signed as the delegator demands at present.
   */
  TargetsRole updateTargets(String role, Authority authority, byte[] bytes) {
    MetaFile described = described(role);
    String what = "the role " + role;
    Description.check(described, bytes, RoleType.TARGETS, what);
    SignedMetadata<TargetsRole> document = parse(bytes, RoleType.TARGETS, role);
    authority.check(document, what);
    checkVersion(role, described.version(), document.role().version());
    checkFresh(document.role(), role);
    targets
        .entrySet()
        .removeIf(
            known ->
                known.getKey().role().equals(role)
                    && !known.getValue().described().equals(described));
    targets.put(new Claim(role, authority), new VerifiedTargets(document.role(), described));
    return document.role();
  }

  // ---- checks

  private void checkFresh(Role role, String what) {
    if (role.isExpiredAt(startTime)) {
      throw new ExpiredException(
          "cannot trust the "
              + what
              + " (version "
              + role.version()
              + "): it expired at "
              + role.expires()
              + " and it is "
              + startTime
              + "; check this device's clock, or ask the publisher to refresh the repository");
    }
  }

  private static void checkNotOlder(String what, long before, long now) {
    if (now < before) {
      throw new RollbackException(
          "cannot trust the "
              + what
              + ": it is version "
              + now
              + ", but version "
              + before
              + " was seen before");
    }
  }

  private static void checkVersion(String what, long described, long found) {
    if (described != found) {
      throw new MixAndMatchException(
          "cannot trust the "
              + what
              + ": it is version "
              + found
              + " where "
              + described
              + " belongs");
    }
  }

  private static <R extends Role> SignedMetadata<R> parse(
      byte[] bytes, RoleType<R> type, String what) {
    try {
      return SignedMetadata.parse(bytes, type);
    } catch (MalformedMetadataException e) {
      throw new MalformedException("cannot read the metadata " + what + ": " + e.getMessage(), e);
    }
  }
}
