package dev.lockstep.repository;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.repository.check.FolderFetcher;
import dev.lockstep.tuf.Download;
import dev.lockstep.tuf.Fetcher;
import dev.lockstep.tuf.Updater;
import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.Ed25519Signer;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.Header;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.SnapshotRole;
import dev.lockstep.tuf.metadata.SuccinctRoles;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures layouts of 100,000 targets: what a cold check fetches and what publishing one release
 * costs. Not a test; {@code docs/adr/0005-layout-of-targets.md} has its figures.
 */
final class LayoutMeasurement {
  private static final Ed25519Signer SIGNER = Ed25519Signer.generate();
  private static final RoleKeys KEYS = RoleKeys.of(List.of(SIGNER.keyId()), 1);
  private static final Header HEADER = Header.of(1, Instant.parse("2030-01-01T00:00:00Z"));

  private LayoutMeasurement() {}

  /** Arguments: components, releases of each. */
  public static void main(String[] arguments) throws Exception {
    int components = Integer.parseInt(arguments[0]);
    int releases = Integer.parseInt(arguments[1]);
    Map<String, Map<String, TargetDescription>> all = new TreeMap<>();
    for (int c = 0; c < components; c++) {
      all.put("component-" + c, targets("component-" + c, releases));
    }
    System.out.printf("%d components, %d releases each, two targets each%n", components, releases);
    flat(all);
    perComponent(all);
    for (int bits : new int[] {6, 8, 10, 12}) {
      bins(all, bits);
    }
  }

  private static Map<String, TargetDescription> targets(String component, int releases) {
    Map<String, TargetDescription> targets = new TreeMap<>();
    for (int r = 0; r < releases; r++) {
      ReleaseSpec spec = ReleaseSpec.of(component, "1." + r + ".0").withNotes("Faster.");
      String artifact = spec.artifactTarget("tar.gz");
      ReleaseDescription description =
          spec.describe(
              new ReleaseDescription.Artifact(artifact, "tar.gz", "", 12_345_678), 34_567_890);
      String sha256 = Hashes.hex("sha256", artifact.getBytes());
      targets.put(
          artifact, TargetDescription.of(12_345_678, Map.of("sha256", sha256), JsonObject.EMPTY));
      targets.put(
          spec.manifestTarget(),
          TargetDescription.of(
              4_321, Map.of("sha256", sha256), ListedRelease.describe(description)));
    }
    return targets;
  }

  private static void flat(Map<String, Map<String, TargetDescription>> all) throws Exception {
    Path folder = Files.createTempDirectory("layout");
    Studio studio = new Studio(folder, Clock.systemUTC()).initialize();
    RepositoryDirectory directory = studio.directory();
    MetadataWriter writer =
        new MetadataWriter(
            directory,
            directory.settings(),
            studio.keys(),
            FastFiles.immortal(),
            Clock.systemUTC());
    Map<String, TargetDescription> merged = new TreeMap<>();
    all.values().forEach(merged::putAll);
    RepositoryDirectory.CurrentMetadata current = directory.current();
    writer.apply(current, writer.retarget(current, "stable", merged));
    Publisher publisher = Publisher.open(studio.repository(), studio.keys(), Clock.systemUTC());
    for (int i = 0; i < 3; i++) {
      ReleaseContent content = studio.tree("t" + i);
      long begin = System.nanoTime();
      publisher.publish(ReleaseSpec.of("component-1", "2." + i + ".0"), content);
      System.out.printf("flat: publish %d ms%n", (System.nanoTime() - begin) / 1_000_000);
    }
    AtomicLong bytes = new AtomicLong();
    MemoryStore store = new MemoryStore();
    store.initializeRoot(Files.readAllBytes(directory.rootFile()));
    Updater updater =
        new Updater(
            FolderFetcher.settings(),
            counting(new FolderFetcher(studio.repository()), bytes),
            store,
            Clock.systemUTC());
    long begin = System.nanoTime();
    updater.refresh();
    int found = updater.targetsOf("stable").size();
    System.out.printf(
        "flat: cold check %d bytes, %d ms, %d targets%n",
        bytes.get(), (System.nanoTime() - begin) / 1_000_000, found);
  }

  private static Fetcher counting(Fetcher fetcher, AtomicLong bytes) {
    return new Fetcher() {
      @Override
      public Download open(URI uri, long offset) {
        Download download = fetcher.open(uri, offset);
        bytes.addAndGet(download.totalLength().orElse(0));
        return download;
      }
    };
  }

  private static void perComponent(Map<String, Map<String, TargetDescription>> all) {
    List<DelegatedRole> roles = new ArrayList<>();
    Map<String, MetaFile> listed = new TreeMap<>(Map.of("targets.json", MetaFile.of(1)));
    Map<String, MetaFile> hashed = new TreeMap<>(listed);
    SignedMetadata<TargetsRole> one = null;
    for (Map.Entry<String, Map<String, TargetDescription>> component : all.entrySet()) {
      String name = "stable-" + component.getKey();
      roles.add(
          DelegatedRole.byPaths(name, KEYS, true, List.of("stable/" + component.getKey() + "/*")));
      SignedMetadata<TargetsRole> document = sign(component.getValue());
      listed.put(name + ".json", MetaFile.of(1));
      hashed.put(name + ".json", MetaFile.describing(document));
      one = document;
    }
    TargetsRole channel =
        TargetsRole.of(
            HEADER, Map.of(), Delegations.of(Map.of(SIGNER.keyId(), SIGNER.publicKey()), roles));
    report(
        "one role per component",
        SignedMetadata.sign(channel, List.of(SIGNER)).bytes().length,
        listed,
        hashed,
        one);
  }

  private static void bins(Map<String, Map<String, TargetDescription>> all, int bits) {
    SuccinctRoles succinct = SuccinctRoles.of(KEYS, bits, "bin");
    Map<String, Map<String, TargetDescription>> bins = new TreeMap<>();
    for (long bin = 0; bin < 1L << bits; bin++) {
      bins.put(succinct.nameOf(bin), new TreeMap<>());
    }
    all.values()
        .forEach(
            targets ->
                targets.forEach(
                    (path, target) -> bins.get(succinct.roleFor(path).name()).put(path, target)));
    Map<String, MetaFile> listed = new TreeMap<>(Map.of("targets.json", MetaFile.of(1)));
    Map<String, MetaFile> hashed = new TreeMap<>(listed);
    SignedMetadata<TargetsRole> one = null;
    for (Map.Entry<String, Map<String, TargetDescription>> bin : bins.entrySet()) {
      SignedMetadata<TargetsRole> document = sign(bin.getValue());
      listed.put(bin.getKey() + ".json", MetaFile.of(1));
      hashed.put(bin.getKey() + ".json", MetaFile.describing(document));
      one = document;
    }
    TargetsRole channel =
        TargetsRole.of(
            HEADER, Map.of(), Delegations.of(Map.of(SIGNER.keyId(), SIGNER.publicKey()), succinct));
    report(
        (1 << bits) + " hash bins",
        SignedMetadata.sign(channel, List.of(SIGNER)).bytes().length,
        listed,
        hashed,
        one);
  }

  private static SignedMetadata<TargetsRole> sign(Map<String, TargetDescription> targets) {
    return SignedMetadata.sign(TargetsRole.of(HEADER, targets), List.of(SIGNER));
  }

  private static void report(
      String name,
      int channelBytes,
      Map<String, MetaFile> listed,
      Map<String, MetaFile> hashed,
      SignedMetadata<TargetsRole> one) {
    int small = snapshot(listed);
    int large = snapshot(hashed);
    int rest = 500 + 2_100 + channelBytes + one.bytes().length;
    long begin = System.nanoTime();
    TargetsRole parsed = SignedMetadata.parse(one.bytes(), RoleType.TARGETS).role();
    sign(parsed.targets());
    snapshot(hashed);
    System.out.printf(
        "%s: cold check %d bytes (%d with versions only in the snapshot); channel %d, role %d,"
            + " snapshot %d or %d; parse and sign %d ms%n",
        name,
        rest + large,
        rest + small,
        channelBytes,
        one.bytes().length,
        large,
        small,
        (System.nanoTime() - begin) / 1_000_000);
  }

  private static int snapshot(Map<String, MetaFile> listed) {
    return SignedMetadata.sign(SnapshotRole.of(HEADER, listed), List.of(SIGNER)).bytes().length;
  }
}
