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
 * verified against, and recognized as long as both are the same; expiry is checked each time. What
 * an earlier process verified is recognized by its digest, see {@link VerifiedRecord}. Not
 * thread-safe.
 */
final class TrustedMetadataSet {
  /** One role can be delegated to by two parents with different keys: two claims. */
  private record Claim(String role, Authority authority) {}

  private record VerifiedTargets(TargetsRole document, MetaFile described) {}

  private final Freshness freshness;
  private TrustedDocument<RootRole> root;
  private TrustedDocument<TimestampRole> timestamp;
  private TrustedDocument<SnapshotRole> snapshot;

  /** What the timestamp said of {@link #snapshot} when they were compared; null before. */
  private MetaFile snapshotDescribed;

  private final Map<Claim, VerifiedTargets> targets = new HashMap<>();

  /** Of the top-level targets document that was verified last; null if none was. */
  private VerifiedFacts targetsFacts;

  /** What an earlier process verified under this very root; null if nothing is known. */
  private VerifiedRecord remembered;

  private TrustedMetadataSet(Instant startTime, TrustedDocument<RootRole> root) {
    this.freshness = new Freshness(startTime);
    this.root = root;
  }

  /**
   * Starts from a root that is trusted because it came with the installation or was stored (section
   * 5.2). Its expiry does not matter yet.
   */
  static TrustedMetadataSet startingFrom(byte[] rootBytes, Instant startTime) {
    SignedMetadata<RootRole> root = parse(rootBytes, RoleType.ROOT, "root");
    Authority.of(root.role(), RoleType.ROOT).check(root, "the root to start from");
    return new TrustedMetadataSet(startTime, TrustedDocument.of(root, RoleType.ROOT));
  }

  /** Starts from where an earlier process ended; empty if it ended at another root. */
  static Optional<TrustedMetadataSet> remembering(
      VerifiedRecord record, byte[] rootBytes, Instant startTime) {
    if (!record.root().areOf(rootBytes)) {
      return Optional.empty();
    }
    TrustedMetadataSet set =
        new TrustedMetadataSet(
            startTime, TrustedDocument.remembered(rootBytes, RoleType.ROOT, record.root()));
    set.remembered = record;
    return Optional.of(set);
  }

  /** The same trusted metadata for another update, which starts at another time (section 5.1). */
  TrustedMetadataSet startedAgainAt(Instant time) {
    TrustedMetadataSet next = new TrustedMetadataSet(time, root);
    next.timestamp = timestamp;
    next.snapshot = snapshot;
    next.snapshotDescribed = snapshotDescribed;
    next.targets.putAll(targets);
    next.targetsFacts = targetsFacts;
    next.remembered = remembered;
    return next;
  }

  /** What the next process may rely on, once all of a refresh has been verified. */
  VerifiedRecord toRecord(Map<String, String> stamps) {
    return new VerifiedRecord(
        root.facts(),
        timestamp.facts(),
        snapshot == null ? remembered.snapshot() : snapshot.facts(),
        targetsFacts == null ? remembered.targets() : targetsFacts,
        stamps);
  }

  RootRole root() {
    return root.role();
  }

  long rootVersion() {
    return root.facts().version();
  }

  byte[] rootBytes() {
    return root.bytes();
  }

  boolean hasTimestamp() {
    return timestamp != null;
  }

  /** The bytes of the trusted timestamp, to compare a stored file with. */
  Optional<byte[]> timestampBytes() {
    return Optional.ofNullable(timestamp).map(TrustedDocument::bytes);
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
    long expected = rootVersion() + 1;
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
    root = TrustedDocument.of(next, RoleType.ROOT);
    forgetAllButRoot();
    return rotated;
  }

  /** Section 5.3.10: the last root of the chain must not have expired. */
  void checkRootIsFresh() {
    freshness.check(root.facts(), "root");
  }

  /** Forgets timestamp, snapshot and targets, for example because the store holds others. */
  void forgetAllButRoot() {
    timestamp = null;
    snapshot = null;
    snapshotDescribed = null;
    targets.clear();
    targetsFacts = null;
    remembered = null;
  }

  private static boolean losesKey(RootRole before, RootRole after, RoleType<?> type) {
    Map<String, Key> old = Authority.of(before, type).keys();
    return !Authority.of(after, type).keys().values().containsAll(old.values());
  }

  // ---- timestamp, section 5.4

  /** Takes a stored timestamp as what was seen before; it may have expired. */
  void recallTimestamp(byte[] bytes) {
    if (remembered != null && remembered.timestamp().areOf(bytes)) {
      timestamp = TrustedDocument.remembered(bytes, RoleType.TIMESTAMP, remembered.timestamp());
      return;
    }
    SignedMetadata<TimestampRole> stored = parse(bytes, RoleType.TIMESTAMP, "stored timestamp");
    Authority.of(root(), RoleType.TIMESTAMP).check(stored, "the stored timestamp");
    timestamp = TrustedDocument.of(stored, RoleType.TIMESTAMP);
  }

  /**
   * Takes a fetched timestamp (sections 5.4.2 to 5.4.4).
   *
   * @return whether it is a newer one, to be stored
   */
  boolean updateTimestamp(byte[] bytes) {
    if (timestamp != null && Arrays.equals(timestamp.bytes(), bytes)) {
      freshness.check(timestamp.facts(), "timestamp");
      return false;
    }
    SignedMetadata<TimestampRole> fetched = parse(bytes, RoleType.TIMESTAMP, "timestamp");
    Authority.of(root(), RoleType.TIMESTAMP).check(fetched, "the timestamp");
    if (timestamp != null) {
      VersionOrder.checkNotOlder("timestamp", timestamp.role().version(), fetched.role().version());
      if (fetched.role().version() == timestamp.role().version()) {
        // Section 5.4.3.1: nothing new. The one seen before stays, and has to be fresh still.
        freshness.check(timestamp.facts(), "timestamp");
        return false;
      }
      VersionOrder.checkNotOlder(
          "snapshot that the timestamp names",
          timestamp.role().snapshot().version(),
          fetched.role().snapshot().version());
    }
    freshness.check(fetched.role(), "timestamp");
    timestamp = TrustedDocument.of(fetched, RoleType.TIMESTAMP);
    return true;
  }

  // ---- snapshot, section 5.5

  /** What the timestamp says of the snapshot that is current. */
  MetaFile describedSnapshot() {
    return timestamp.role().snapshot();
  }

  /** Whether the content of a snapshot, current or older, is known. */
  boolean hasSnapshot() {
    return snapshot != null;
  }

  /**
   * Whether an earlier process verified the snapshot that is current, so that nobody needs to read
   * it unless its content is asked for.
   *
   * @return what is known of it
   * @throws ExpiredException if it did, but the snapshot has expired
   */
  Optional<VerifiedFacts> rememberedSnapshot() {
    if (remembered == null || snapshot != null) {
      return Optional.empty();
    }
    VerifiedFacts facts = remembered.snapshot();
    boolean sameTimestamp = timestamp.facts().digest().equals(remembered.timestamp().digest());
    if (!sameTimestamp && !facts.meet(describedSnapshot())) {
      return Optional.empty();
    }
    freshness.check(facts, "snapshot");
    return Optional.of(facts);
  }

  /** Takes a stored snapshot as what was seen before; it may be old and have expired. */
  void recallSnapshot(byte[] bytes) {
    snapshotDescribed = null;
    if (remembered != null && remembered.snapshot().areOf(bytes)) {
      snapshot = TrustedDocument.remembered(bytes, RoleType.SNAPSHOT, remembered.snapshot());
      return;
    }
    SignedMetadata<SnapshotRole> stored = parse(bytes, RoleType.SNAPSHOT, "stored snapshot");
    Authority.of(root(), RoleType.SNAPSHOT).check(stored, "the stored snapshot");
    snapshot = TrustedDocument.of(stored, RoleType.SNAPSHOT);
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
    freshness.check(snapshot.facts(), "snapshot");
    snapshotDescribed = described;
    return true;
  }

  /** Takes a fetched snapshot (sections 5.5.2 to 5.5.6). */
  void updateSnapshot(byte[] bytes) {
    MetaFile described = describedSnapshot();
    Description.check(described, bytes, RoleType.SNAPSHOT, "the snapshot");
    SignedMetadata<SnapshotRole> fetched = parse(bytes, RoleType.SNAPSHOT, "snapshot");
    Authority.of(root(), RoleType.SNAPSHOT).check(fetched, "the snapshot");
    VersionOrder.checkIs("snapshot", described.version(), fetched.role().version());
    if (snapshot != null) {
      VersionOrder.checkNothingGoesBack(snapshot.role(), fetched.role());
    }
    freshness.check(fetched.role(), "snapshot");
    snapshot = TrustedDocument.of(fetched, RoleType.SNAPSHOT);
    snapshotDescribed = described;
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
   * Whether an earlier process verified the top-level targets document that is current, so that
   * nobody needs to read it unless its content is asked for.
   *
   * @return what is known of it
   * @throws ExpiredException if it did, but the document has expired
   */
  Optional<VerifiedFacts> rememberedTargets() {
    if (remembered == null) {
      return Optional.empty();
    }
    VerifiedFacts facts = remembered.targets();
    boolean sameSnapshot =
        snapshot == null || snapshot.facts().digest().equals(remembered.snapshot().digest());
    if (!sameSnapshot && !facts.meet(described("targets"))) {
      return Optional.empty();
    }
    freshness.check(facts, "targets");
    return Optional.of(facts);
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
    freshness.check(known.document(), role);
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
    TargetsRole document;
    if (isRememberedTargets(role, bytes)) {
      document = TrustedDocument.remembered(bytes, RoleType.TARGETS, remembered.targets()).role();
    } else {
      SignedMetadata<TargetsRole> signed = parse(bytes, RoleType.TARGETS, role);
      authority.check(signed, what);
      document = signed.role();
    }
    VersionOrder.checkIs(role, described.version(), document.version());
    freshness.check(document, role);
    targets
        .entrySet()
        .removeIf(
            known ->
                known.getKey().role().equals(role)
                    && !known.getValue().described().equals(described));
    targets.put(new Claim(role, authority), new VerifiedTargets(document, described));
    if (role.equals(RoleType.TARGETS.name())) {
      targetsFacts = VerifiedFacts.of(document, bytes);
    }
    return document;
  }

  /**
   * Whether the signatures of these bytes were verified before. The keys of the top-level targets
   * are the root's, and a record is of one root; other roles have other delegators.
   */
  private boolean isRememberedTargets(String role, byte[] bytes) {
    return remembered != null
        && role.equals(RoleType.TARGETS.name())
        && remembered.targets().areOf(bytes);
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
