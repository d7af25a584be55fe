package dev.lockstep.repository;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.repository.server.AccessListener;
import dev.lockstep.repository.server.RepositoryServer;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import dev.lockstep.tuf.Limits;
import dev.lockstep.tuf.Updater;
import dev.lockstep.tuf.UpdaterSettings;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.Ed25519Signer;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.Header;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.SnapshotRole;
import dev.lockstep.tuf.metadata.SuccinctRoles;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;

/**
 * Measures layouts of 100,000 targets: what a cold check fetches and what publishing one release
 * costs. Not a test; {@code docs/adr/0005-layout-of-targets.md} has its figures.
 */
final class LayoutMeasurement {
  private static final Ed25519Signer SIGNER = Ed25519Signer.generate();
  private static final RoleKeys KEYS = RoleKeys.of(List.of(SIGNER.keyId()), 1);
  private static final Header HEADER = Header.of(1, Instant.parse("2030-01-01T00:00:00Z"));

  private LayoutMeasurement() {}

  /** Arguments: components, releases of each, and anything for the flat layout too. */
  public static void main(String[] arguments) throws Exception {
    int components = Integer.parseInt(arguments[0]);
    int releases = Integer.parseInt(arguments[1]);
    Map<String, Map<String, TargetDescription>> all = new TreeMap<>();
    for (int c = 0; c < components; c++) {
      all.put("component-" + c, targets("component-" + c, releases));
    }
    System.out.printf("%d components, %d releases each, two targets each%n", components, releases);
    published(all);
    if (arguments.length > 2) {
      flat(all);
    }
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
              List.of(new ReleaseDescription.Artifact(artifact, "tar.gz", "", 12_345_678)),
              34_567_890);
      String sha256 = Hashes.hex("sha256", spec.manifestTarget().getBytes());
      targets.put(
          artifact,
          TargetDescription.of(
              12_345_678,
              Map.of("sha256", Hashes.hex("sha256", artifact.getBytes())),
              JsonObject.EMPTY));
      targets.put(
          spec.manifestTarget(),
          TargetDescription.of(
              4_321, Map.of("sha256", sha256), ListedRelease.describe(description)));
    }
    return targets;
  }

  /** As the publisher writes it: a role per component. */
  private static void published(Map<String, Map<String, TargetDescription>> all) throws Exception {
    Path folder = Files.createTempDirectory("layout");
    Studio studio = new Studio(folder, Clock.systemUTC()).initialize();
    RepositoryDirectory directory = studio.directory();
    MetadataWriter writer = writer(studio);
    for (Map.Entry<String, Map<String, TargetDescription>> one : all.entrySet()) {
      RepositoryDirectory.CurrentMetadata current = directory.current();
      writer.apply(current, writer.retarget(current, "stable", one.getKey(), one.getValue()));
    }
    System.out.printf("one role per component in %s%n", studio.repository());
    publish(studio);
    check(studio);
  }

  /** All in the channel's own metadata, as before there were roles of components. */
  private static void flat(Map<String, Map<String, TargetDescription>> all) throws Exception {
    Path folder = Files.createTempDirectory("layout");
    Studio studio = new Studio(folder, Clock.systemUTC()).initialize();
    RepositoryDirectory directory = studio.directory();
    Map<String, TargetDescription> merged = new TreeMap<>();
    all.values().forEach(merged::putAll);
    RepositoryDirectory.CurrentMetadata current = directory.current();
    TargetsRole before = directory.channel(current, "stable").role();
    TargetsRole next =
        before.with(before.header().next(Instant.parse("2030-01-01T00:00:00Z")), merged);
    writer(studio).apply(current, Change.of(current).with("stable", next));
    System.out.printf("flat in %s%n", studio.repository());
    publish(studio);
    check(studio);
  }

  private static MetadataWriter writer(Studio studio) {
    return new MetadataWriter(
        studio.directory(),
        studio.directory().settings(),
        studio.keys(),
        FastFiles.immortal(),
        Clock.systemUTC());
  }

  private static void publish(Studio studio) throws Exception {
    Publisher publisher = Publisher.open(studio.repository(), studio.keys(), Clock.systemUTC());
    for (int i = 0; i < 4; i++) {
      ReleaseContent content = studio.tree("t" + i);
      long begin = System.nanoTime();
      publisher.publish(ReleaseSpec.of("component-1", "2000." + i + ".0"), content);
      System.out.printf("  publish %d ms%n", (System.nanoTime() - begin) / 1_000_000);
    }
  }

  private static void check(Studio studio) throws Exception {
    AtomicLong bytes = new AtomicLong();
    AtomicLong requests = new AtomicLong();
    AccessListener counting =
        access -> {
          bytes.addAndGet(access.bytes());
          requests.incrementAndGet();
        };
    try (RepositoryServer server =
        RepositoryServer.start(
            studio.repository(), new InetSocketAddress("127.0.0.1", 0), counting, List.of())) {
      MemoryStore store = new MemoryStore();
      store.initializeRoot(Files.readAllBytes(studio.directory().rootFile()));
      Updater updater =
          new Updater(
              UpdaterSettings.of(
                      server.url().resolve("metadata/"), server.url().resolve("targets/"))
                  .withLimits(new Limits(1, 1 << 20, 1 << 20, 1 << 30, 1 << 30, 64, Instant.EPOCH)),
              new HttpFetcher(HttpSettings.defaults().withPlainHttp(true), Clock.systemUTC()),
              store,
              Clock.systemUTC());
      long begin = System.nanoTime();
      updater.refresh();
      int found = updater.targetsBelow("stable", "stable/component-1/").size();
      System.out.printf(
          "  cold check %d bytes in %d requests, %d ms, %d targets of the component%n",
          bytes.get(), requests.get(), (System.nanoTime() - begin) / 1_000_000, found);
    }
  }

  private static void bins(Map<String, Map<String, TargetDescription>> all, int bits)
      throws IOException {
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
      SignedMetadata<TargetsRole> one)
      throws IOException {
    byte[] small = snapshot(listed);
    byte[] large = snapshot(hashed);
    int rest = 500 + 2_100 + channelBytes;
    System.out.printf(
        "%s: cold check %d bytes, %d if compressed; with versions only in the snapshot %d, %d;"
            + " role %d, snapshot %d or %d%n",
        name,
        rest + one.bytes().length + large.length,
        rest + compressed(one.bytes()) + compressed(large),
        rest + one.bytes().length + small.length,
        rest + compressed(one.bytes()) + compressed(small),
        one.bytes().length,
        large.length,
        small.length);
  }

  private static int compressed(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.size();
  }

  private static byte[] snapshot(Map<String, MetaFile> listed) {
    return SignedMetadata.sign(SnapshotRole.of(HEADER, listed), List.of(SIGNER)).bytes();
  }
}
