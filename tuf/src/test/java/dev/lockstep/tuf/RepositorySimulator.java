package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.Ed25519Signer;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.Header;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.Signer;
import dev.lockstep.tuf.metadata.SnapshotRole;
import dev.lockstep.tuf.metadata.SuccinctRoles;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import dev.lockstep.tuf.metadata.TimestampRole;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * A repository in memory behind the real fetcher port. It signs with real keys, counts what it is
 * asked for, and misbehaves as a test tells it to: by its public fields, or by changing the {@link
 * #files} that it serves.
 */
final class RepositorySimulator implements Fetcher {
  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final URI METADATA = URI.create("https://repository.example/metadata/");
  static final URI CONTENT = URI.create("https://repository.example/targets/");

  /** Everything that is served, by path below the host. */
  final Map<String, byte[]> files = new TreeMap<>();

  /** Paths that answer without end. */
  final Set<String> endless = new HashSet<>();

  /** Paths that fail in a way of their own. */
  final Map<String, FetchException> failures = new HashMap<>();

  /** What was asked for, in order, without the folder {@code metadata/}. */
  final List<String> requests = new ArrayList<>();

  final Map<String, List<Signer>> signers = new HashMap<>();
  final Map<String, Integer> thresholds = new HashMap<>();
  final Map<String, Instant> expiries = new HashMap<>();
  final Map<String, Long> versions = new HashMap<>();
  final Map<String, Map<String, TargetDescription>> targets = new LinkedHashMap<>();
  final Map<String, Map<String, DelegatedRole>> delegations = new HashMap<>();
  final Map<String, SuccinctRoles> bins = new HashMap<>();
  boolean consistentSnapshot = true;
  boolean statesLengthAndHashes = true;

  RepositorySimulator() {
    for (String role : List.of("root", "timestamp", "snapshot", "targets")) {
      signers.put(role, new ArrayList<>(List.of(Ed25519Signer.generate())));
      versions.put(role, 0L);
    }
    targets.put("targets", new LinkedHashMap<>());
    publishRoot();
    publish("targets");
  }

  /** How long the updaters of {@link #updater} paused, in order. */
  final List<Duration> pauses = new ArrayList<>();

  /** Called in each of these pauses. */
  Runnable duringPause = () -> {};

  Updater updater(MetadataStore store, java.time.Clock clock) {
    return new Updater(
        UpdaterSettings.of(METADATA, CONTENT),
        this,
        store,
        clock,
        pause -> {
          pauses.add(pause);
          duringPause.run();
        });
  }

  /** A store that trusts the first root of this repository. */
  MemoryMetadataStore initializedStore() {
    MemoryMetadataStore store = new MemoryMetadataStore();
    store.initializeRoot(files.get("metadata/1.root.json"));
    return store;
  }

  // ---- publishing

  /** Publishes the next root with the present keys, signed by these and by the old ones. */
  void publishRoot(Signer... oldSigners) {
    List<Signer> all = new ArrayList<>(signers.get("root"));
    all.addAll(List.of(oldSigners));
    SignedMetadata<RootRole> signed = SignedMetadata.sign(nextRoot(), all);
    files.put("metadata/" + signed.role().version() + ".root.json", signed.bytes());
  }

  /** The next root, its version counted up, not signed. */
  RootRole nextRoot() {
    Map<String, Key> keys = new LinkedHashMap<>();
    Map<String, RoleKeys> roles = new LinkedHashMap<>();
    for (String role : List.of("root", "timestamp", "snapshot", "targets")) {
      roles.put(role, keysOf(role, keys));
    }
    return RootRole.of(nextHeader("root"), consistentSnapshot, keys, roles);
  }

  /** Replaces a role's keys by one new one; the root has to be published to say so. */
  List<Signer> rotate(String role) {
    return signers.put(role, new ArrayList<>(List.of(Ed25519Signer.generate())));
  }

  /** Publishes new versions of some targets roles, and snapshot and timestamp with them. */
  void publish(String... targetsRoles) {
    for (String role : targetsRoles) {
      put(role, SignedMetadata.sign(nextTargets(role), signers.get(role)));
    }
    publishSnapshot();
  }

  TargetsRole nextTargets(String role) {
    Header header = nextHeader(role);
    if (bins.containsKey(role)) {
      Map<String, Key> keys = new LinkedHashMap<>();
      signers.get("bins").forEach(signer -> keys.put(signer.keyId(), signer.publicKey()));
      return TargetsRole.of(header, targets.get(role), Delegations.of(keys, bins.get(role)));
    }
    if (!delegations.containsKey(role)) {
      return TargetsRole.of(header, targets.get(role));
    }
    Map<String, Key> keys = new LinkedHashMap<>();
    for (DelegatedRole delegation : delegations.get(role).values()) {
      for (Signer signer : signers.get(delegation.name())) {
        keys.put(signer.keyId(), signer.publicKey());
      }
    }
    return TargetsRole.of(
        header,
        targets.get(role),
        Delegations.of(keys, List.copyOf(delegations.get(role).values())));
  }

  void publishSnapshot() {
    Map<String, MetaFile> meta = new LinkedHashMap<>();
    for (String role : targets.keySet()) {
      if (versions.getOrDefault(role, 0L) > 0) {
        meta.put(role + ".json", describe(role));
      }
    }
    put(
        "snapshot",
        SignedMetadata.sign(
            SnapshotRole.of(nextHeader("snapshot"), meta), signers.get("snapshot")));
    publishTimestamp();
  }

  void publishTimestamp() {
    put(
        "timestamp",
        SignedMetadata.sign(
            TimestampRole.of(nextHeader("timestamp"), describe("snapshot")),
            signers.get("timestamp")));
  }

  private MetaFile describe(String role) {
    byte[] bytes = files.get(pathOf(role));
    if (!statesLengthAndHashes) {
      return MetaFile.of(versions.get(role));
    }
    return new MetaFile(
        versions.get(role),
        OptionalLong.of(bytes.length),
        Map.of("sha256", Hashes.hex("sha256", bytes)),
        JsonObject.EMPTY);
  }

  void put(String role, SignedMetadata<? extends Role> signed) {
    files.put(pathOf(role), signed.bytes());
  }

  /** Where the current version of a role is served. */
  String pathOf(String role) {
    boolean prefixed = consistentSnapshot && !role.equals("timestamp");
    String prefix = prefixed ? versions.get(role) + "." : "";
    return "metadata/" + prefix + RoleNames.encode(role) + ".json";
  }

  // ---- content

  /** Lists a target in a role and serves its content. */
  TargetDescription addTarget(String role, String path, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    String hash = Hashes.hex("sha256", bytes);
    TargetDescription target =
        TargetDescription.of(bytes.length, Map.of("sha256", hash), JsonObject.EMPTY);
    targets.get(role).put(path, target);
    files.put(contentPath(path, hash), bytes);
    return target;
  }

  String contentPath(String path, String hash) {
    int name = path.lastIndexOf('/') + 1;
    String prefix = consistentSnapshot ? hash + "." : "";
    return "targets/"
        + RoleNames.encodePath(path.substring(0, name))
        + prefix
        + RoleNames.encodePath(path.substring(name));
  }

  /** Lets a role delegate to another, which gets a key of its own and an empty document. */
  void delegate(String parent, String name, boolean terminating, String... paths) {
    signers.computeIfAbsent(name, x -> new ArrayList<>(List.of(Ed25519Signer.generate())));
    targets.computeIfAbsent(name, x -> new LinkedHashMap<>());
    RoleKeys keys =
        RoleKeys.of(
            signers.get(name).stream().map(Signer::keyId).toList(),
            thresholds.getOrDefault(name, 1));
    delegations
        .computeIfAbsent(parent, x -> new LinkedHashMap<>())
        .put(name, DelegatedRole.byPaths(name, keys, terminating, List.of(paths)));
  }

  private RoleKeys keysOf(String role, Map<String, Key> keys) {
    for (Signer signer : signers.get(role)) {
      keys.put(signer.keyId(), signer.publicKey());
    }
    return RoleKeys.of(
        signers.get(role).stream().map(Signer::keyId).toList(), thresholds.getOrDefault(role, 1));
  }

  Header nextHeader(String role) {
    long version = versions.merge(role, 1L, Long::sum);
    return Header.of(version, expiries.getOrDefault(role, NOW.plus(Duration.ofDays(30))));
  }

  // ---- serving

  @Override
  public Download open(URI uri, long offset) {
    String path = uri.getRawPath().substring(1);
    requests.add(path.startsWith("metadata/") ? path.substring("metadata/".length()) : path);
    if (failures.containsKey(path)) {
      throw failures.get(path);
    }
    if (endless.contains(path)) {
      return new Download(new EndlessStream(), 0, OptionalLong.empty());
    }
    byte[] bytes = files.get(path);
    if (bytes == null) {
      throw FetchException.ofStatus(FetchException.Kind.CLIENT_ERROR, uri, 404, "no such file");
    }
    return new Download(new ByteArrayInputStream(bytes), 0, OptionalLong.of(bytes.length));
  }

  private static final class EndlessStream extends InputStream {
    private long given;

    @Override
    public int read() {
      if (given++ > 100_000_000) {
        throw new AssertionError("the client reads without a limit");
      }
      return ' ';
    }
  }
}
