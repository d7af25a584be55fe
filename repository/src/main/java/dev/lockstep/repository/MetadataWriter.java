package dev.lockstep.repository;

import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.storage.DurableFiles;
import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.Header;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.SnapshotRole;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import dev.lockstep.tuf.metadata.TimestampRole;
import dev.lockstep.tuf.metadata.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Signs metadata and puts it in place, in the one order that readers can follow at any moment:
 * targets metadata, then the snapshot that lists it, then the timestamp that names the snapshot.
 *
 * <p>The caller holds the repository's lock. Everything is signed before anything is written.
 */
final class MetadataWriter {
  private static final List<String> TOP_LEVEL = List.of("root", "targets", "snapshot", "timestamp");

  private final RepositoryDirectory directory;
  private final RepositorySettings settings;
  private final KeyFolder keys;
  private final DurableFiles files;
  private final Clock clock;

  MetadataWriter(
      RepositoryDirectory directory,
      RepositorySettings settings,
      KeyFolder keys,
      DurableFiles files,
      Clock clock) {
    this.directory = directory;
    this.settings = settings;
    this.keys = keys;
    this.files = files;
    this.clock = clock;
  }

  /** Writes version 1 of everything, with the keys that are in the key folder. */
  void createAll() throws IOException {
    Map<String, Key> rootKeys = new LinkedHashMap<>();
    Map<String, RoleKeys> roles = new LinkedHashMap<>();
    for (String role : TOP_LEVEL) {
      roles.put(role, roleKeys(role, rootKeys));
    }
    RootRole root = RootRole.of(header("root", 1), true, rootKeys, roles);
    SignedMetadata<RootRole> signedRoot = sign("root", root, rootKeys, roles.get("root"));

    Delegations delegations = delegations();
    Map<String, SignedMetadata<TargetsRole>> changed = new LinkedHashMap<>();
    for (DelegatedRole channel : delegations.roles()) {
      TargetsRole empty = TargetsRole.of(header(channel.name(), 1), Map.of());
      changed.put(channel.name(), sign(channel.name(), empty, delegations.keys(), channel.keys()));
    }
    TargetsRole targets = TargetsRole.of(header("targets", 1), Map.of(), delegations);
    changed.put("targets", sign("targets", targets, rootKeys, roles.get("targets")));

    SnapshotRole snapshot = SnapshotRole.of(header("snapshot", 1), listing(Map.of(), changed));
    SignedMetadata<SnapshotRole> signedSnapshot =
        sign("snapshot", snapshot, rootKeys, roles.get("snapshot"));
    SignedMetadata<TimestampRole> signedTimestamp =
        timestamp(header("timestamp", 1), signedSnapshot, root);
    put("1.root.json", signedRoot.bytes());
    write(changed, signedSnapshot, signedTimestamp);
  }

  private RoleKeys roleKeys(String role, Map<String, Key> into) {
    List<String> ids = new ArrayList<>();
    for (Key key : keys.publicKeys(role)) {
      into.put(key.id(), key);
      ids.add(key.id());
    }
    return RoleKeys.of(ids, settings.thresholds().get(role));
  }

  private Delegations delegations() {
    Map<String, Key> channelKeys = new LinkedHashMap<>();
    List<DelegatedRole> roles = new ArrayList<>();
    for (String channel : RepositorySettings.CHANNELS) {
      RoleKeys role = roleKeys(channel, channelKeys);
      // Terminating: what a channel does not list is not looked for in another one.
      roles.add(DelegatedRole.byPaths(channel, role, true, List.of(channel + "/*/*")));
    }
    return Delegations.of(channelKeys, roles);
  }

  /** Gives a channel other targets, and signs what hangs on it. */
  void change(CurrentMetadata current, String channel, Map<String, TargetDescription> targets)
      throws IOException {
    Delegations delegations = current.targets().role().delegations().orElseThrow();
    DelegatedRole delegated =
        delegations
            .roleNamed(channel)
            .orElseThrow(
                () ->
                    new RepositoryException.Refused(
                        "publish in channel " + channel,
                        "this repository does not have it",
                        "use one of " + RepositorySettings.CHANNELS));
    TargetsRole before = directory.channel(current, channel).role();
    // Sorted, so that the bytes do not depend on the order of publishing.
    TargetsRole after = before.with(header(channel, before.version() + 1), new TreeMap<>(targets));
    publish(current, Map.of(channel, sign(channel, after, delegations.keys(), delegated.keys())));
  }

  /** Signs snapshot and timestamp anew, with a later expiry. */
  void refresh(CurrentMetadata current) throws IOException {
    publish(current, Map.of());
  }

  private void publish(CurrentMetadata current, Map<String, SignedMetadata<TargetsRole>> changed)
      throws IOException {
    RootRole root = current.root().role();
    SnapshotRole before = current.snapshot().role();
    SnapshotRole snapshot =
        new SnapshotRole(
            header("snapshot", before.version() + 1),
            listing(before.meta(), changed),
            before.extra());
    SignedMetadata<SnapshotRole> signedSnapshot =
        sign("snapshot", snapshot, root.keys(), root.keysOf(RoleType.SNAPSHOT));
    long next = current.timestamp().role().version() + 1;
    write(changed, signedSnapshot, timestamp(header("timestamp", next), signedSnapshot, root));
  }

  private static Map<String, MetaFile> listing(
      Map<String, MetaFile> before, Map<String, SignedMetadata<TargetsRole>> changed) {
    Map<String, MetaFile> listed = new TreeMap<>(before);
    changed.forEach((role, document) -> listed.put(role + ".json", MetaFile.describing(document)));
    return listed;
  }

  private SignedMetadata<TimestampRole> timestamp(
      Header header, SignedMetadata<SnapshotRole> snapshot, RootRole root) {
    TimestampRole timestamp = TimestampRole.of(header, MetaFile.describing(snapshot));
    return sign("timestamp", timestamp, root.keys(), root.keysOf(RoleType.TIMESTAMP));
  }

  private void write(
      Map<String, SignedMetadata<TargetsRole>> changed,
      SignedMetadata<SnapshotRole> snapshot,
      SignedMetadata<TimestampRole> timestamp)
      throws IOException {
    for (Map.Entry<String, SignedMetadata<TargetsRole>> role : changed.entrySet()) {
      SignedMetadata<TargetsRole> document = role.getValue();
      put(document.role().version() + "." + role.getKey() + ".json", document.bytes());
    }
    put(snapshot.role().version() + ".snapshot.json", snapshot.bytes());
    // From here on readers see the change.
    put("timestamp.json", timestamp.bytes());
  }

  private void put(String name, byte[] content) throws IOException {
    Path temporary = directory.incoming().resolve(name);
    files.replace(temporary, directory.metadataFile(name), content);
  }

  private Header header(String role, long version) {
    Instant expires = clock.instant().plus(settings.expiry().get(role));
    return Header.of(version, expires);
  }

  private <R extends Role> SignedMetadata<R> sign(
      String name, R role, Map<String, Key> known, RoleKeys allowed) {
    SignedMetadata<R> document = SignedMetadata.sign(role, keys.signers(name, allowed));
    if (!Verification.of(document, known, allowed).isMet()) {
      throw new RepositoryException.KeyUnusable(
          "sign " + name, "the signatures do not verify", "check the keys in " + keys.folder());
    }
    return document;
  }
}
