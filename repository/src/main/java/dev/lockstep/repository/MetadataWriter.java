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
import java.util.Optional;
import java.util.TreeMap;

/**
 * Signs metadata and puts it in place, in the one order that readers can follow at any moment:
 * targets metadata, then the snapshot that lists it, then the timestamp that names the snapshot,
 * then a new root: what it changes is by then signed with its keys and with those before.
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
    Delegations delegations = delegations();
    TargetsRole targets = TargetsRole.of(header("targets", 1), Map.of(), delegations);
    Change change =
        new Change(
            SignedMetadata.sign(root, List.of()),
            SignedMetadata.sign(targets, List.of()),
            Optional.empty(),
            Map.of());
    for (DelegatedRole channel : delegations.roles()) {
      TargetsRole empty = TargetsRole.of(header(channel.name(), 1), Map.of());
      change = change.with(channel.name(), empty);
    }
    change = change.with(root).with("targets", targets);
    put(prepare(change, Map.of(), 1, 1));
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

  /**
   * The change that gives a component other targets in a channel. Once the channel would list many
   * targets, the component gets a role of its own, and keeps it.
   */
  Change retarget(
      CurrentMetadata current,
      String channel,
      String component,
      Map<String, TargetDescription> targets) {
    String role = ComponentRole.name(channel, component);
    String folder = ComponentRole.folder(channel, component);
    TargetsRole before = directory.channel(current, channel).role();
    // Sorted, so that the bytes do not depend on the order of publishing.
    Map<String, TargetDescription> others = new TreeMap<>(before.targets());
    others.keySet().removeIf(path -> path.startsWith(folder));
    Optional<TargetsRole> own = directory.document(current, role).map(SignedMetadata::role);
    if (own.isEmpty() && others.size() + targets.size() <= settings.channelTargets()) {
      others.putAll(targets);
      return Change.of(current)
          .with(channel, before.with(header(channel, before.version() + 1), others));
    }
    Change change = Change.of(current);
    if (own.isEmpty()) {
      Delegations delegations =
          ComponentRole.with(before.delegations(), channel, component, change.delegations());
      Header next = header(channel, before.version() + 1);
      change =
          change.with(
              channel, new TargetsRole(next, others, Optional.of(delegations), before.extra()));
    }
    Header next = header(role, own.map(TargetsRole::version).orElse(0L) + 1);
    Map<String, TargetDescription> sorted = new TreeMap<>(targets);
    return change.with(
        role,
        own.map(document -> document.with(next, sorted))
            .orElseGet(() -> TargetsRole.of(next, sorted)));
  }

  /**
   * Signs a change with the keys that are here, and if that is enough, shows it to readers.
   *
   * @return empty if readers see it; otherwise it lacks signatures, and nothing was written
   */
  Optional<Change> apply(CurrentMetadata current, Change change) throws IOException {
    Prepared prepared =
        prepare(
            change,
            current.snapshot().role().meta(),
            current.snapshot().role().version() + 1,
            current.timestamp().role().version() + 1);
    if (!prepared.missing().isEmpty()) {
      return Optional.of(prepared.change());
    }
    put(prepared);
    return Optional.empty();
  }

  /** Why a change could not be shown to readers. */
  RepositoryException lacking(Change change) {
    Map<String, Verification> missing = new LinkedHashMap<>(change.missing());
    for (String online : List.of("snapshot", "timestamp")) {
      RoleKeys needed = change.root().roles().get(online);
      int here = keys.available(online, needed.keyIds()).size();
      if (here < needed.threshold()) {
        missing.put(online, new Verification(here, needed.threshold()));
      }
    }
    if (missing.isEmpty()) {
      return new RepositoryException.KeyUnusable(
          "sign", "the signatures do not verify", "check the keys in " + keys.folder());
    }
    Map.Entry<String, Verification> first = missing.entrySet().iterator().next();
    return new RepositoryException.KeyUnusable(
        "sign " + first.getKey(),
        "%d of the needed %d keys are in %s"
            .formatted(first.getValue().valid(), first.getValue().threshold(), keys.folder()),
        "name the folder with the keys of this repository by --keys, or have the change signed"
            + " elsewhere: --draft");
  }

  private record Prepared(
      Change change,
      SignedMetadata<SnapshotRole> snapshot,
      SignedMetadata<TimestampRole> timestamp,
      Map<String, Verification> missing,
      boolean oldReadersFollow) {}

  private Prepared prepare(
      Change unsigned, Map<String, MetaFile> listed, long snapshotVersion, long timestampVersion) {
    Change change = unsigned.signedBy(keys);
    Map<String, MetaFile> meta = new TreeMap<>(listed);
    change
        .documents()
        .forEach((role, document) -> meta.put(role + ".json", described(role, document)));
    SignedMetadata<SnapshotRole> snapshot =
        sign("snapshot", change, SnapshotRole.of(header("snapshot", snapshotVersion), meta));
    SignedMetadata<TimestampRole> timestamp =
        sign(
            "timestamp",
            change,
            TimestampRole.of(header("timestamp", timestampVersion), MetaFile.describing(snapshot)));
    Map<String, Verification> missing = new LinkedHashMap<>(change.missing());
    Authority.unmet(snapshot, change.authorities("snapshot"))
        .ifPresent(unmet -> missing.put("snapshot", unmet));
    Authority.unmet(timestamp, change.authorities("timestamp"))
        .ifPresent(unmet -> missing.put("timestamp", unmet));
    RootRole before = change.trustedRoot().role();
    SignedMetadata<TargetsRole> targets =
        change.documents().getOrDefault("targets", change.trustedTargets());
    boolean oldReadersFollow =
        change.newRoot().isEmpty()
            || (isSigned(targets, before, RoleType.TARGETS)
                && isSigned(snapshot, before, RoleType.SNAPSHOT)
                && isSigned(timestamp, before, RoleType.TIMESTAMP));
    return new Prepared(change, snapshot, timestamp, missing, oldReadersFollow);
  }

  /**
   * Hashes hardly compress, and every reader fetches those of every component: a component's role
   * is known by its version and its signatures.
   */
  private static MetaFile described(String role, SignedMetadata<TargetsRole> document) {
    return ComponentRole.isOne(role) ? MetaFile.sized(document) : MetaFile.describing(document);
  }

  private static boolean isSigned(SignedMetadata<?> document, RootRole root, RoleType<?> type) {
    return Verification.of(document, root.keys(), root.keysOf(type)).isMet();
  }

  private <R extends Role> SignedMetadata<R> sign(String role, Change change, R document) {
    return Authority.sign(
        role, SignedMetadata.sign(document, List.of()), change.authorities(role), keys);
  }

  private void put(Prepared prepared) throws IOException {
    Change change = prepared.change();
    if (!prepared.missing().isEmpty()) {
      throw lacking(change);
    }
    // With a lost key nobody can sign for those who know only the old root; then they get the new
    // one first, and are refused until the timestamp follows.
    boolean rootLast = prepared.oldReadersFollow() && change.root().version() > 1;
    if (!rootLast) {
      putRoot(change);
    }
    for (Map.Entry<String, SignedMetadata<TargetsRole>> role : change.documents().entrySet()) {
      SignedMetadata<TargetsRole> document = role.getValue();
      put(document.role().version() + "." + role.getKey() + ".json", document.bytes());
    }
    put(prepared.snapshot().role().version() + ".snapshot.json", prepared.snapshot().bytes());
    // From here on readers see the change.
    put("timestamp.json", prepared.timestamp().bytes());
    if (rootLast) {
      putRoot(change);
    }
  }

  private void putRoot(Change change) throws IOException {
    if (change.newRoot().isPresent()) {
      SignedMetadata<RootRole> root = change.newRoot().get();
      put(root.role().version() + ".root.json", root.bytes());
    }
  }

  private void put(String name, byte[] content) throws IOException {
    Path temporary = directory.incoming().resolve(name);
    files.replace(temporary, directory.metadataFile(name), content);
  }

  /** The header of a role's next document, valid from now on as long as the settings say. */
  Header header(String role, long version) {
    Instant expires = clock.instant().plus(settings.expiry().get(ComponentRole.keyHolder(role)));
    return Header.of(version, expires);
  }
}
