package dev.lockstep.bench.poll;

import dev.lockstep.tuf.metadata.Ed25519Signer;
import dev.lockstep.tuf.metadata.Header;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.SnapshotRole;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import dev.lockstep.tuf.metadata.TimestampRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A repository that lists all its targets in one document, as no publisher of ours makes them. */
final class FlatRepository {
  private static final List<String> ROLES = List.of("root", "timestamp", "snapshot", "targets");

  private FlatRepository() {}

  /** Writes the metadata of a repository with so many targets; their content does not exist. */
  static void write(Path folder, int count) throws IOException {
    Map<String, Ed25519Signer> signers = new LinkedHashMap<>();
    Map<String, Key> keys = new LinkedHashMap<>();
    Map<String, RoleKeys> roles = new LinkedHashMap<>();
    for (String role : ROLES) {
      Ed25519Signer signer = Ed25519Signer.generate();
      signers.put(role, signer);
      keys.put(signer.keyId(), signer.publicKey());
      roles.put(role, RoleKeys.of(List.of(signer.keyId()), 1));
    }
    Header header = Header.of(1, Instant.now().plus(Duration.ofDays(30)));
    SignedMetadata<RootRole> root =
        SignedMetadata.sign(RootRole.of(header, true, keys, roles), List.of(signers.get("root")));
    SignedMetadata<TargetsRole> targets =
        SignedMetadata.sign(
            TargetsRole.of(header, targets(count)), List.of(signers.get("targets")));
    SignedMetadata<SnapshotRole> snapshot =
        SignedMetadata.sign(
            SnapshotRole.of(header, Map.of("targets.json", MetaFile.describing(targets))),
            List.of(signers.get("snapshot")));
    SignedMetadata<TimestampRole> timestamp =
        SignedMetadata.sign(
            TimestampRole.of(header, MetaFile.describing(snapshot)),
            List.of(signers.get("timestamp")));
    Path metadata = Files.createDirectories(folder.resolve("metadata"));
    Files.createDirectories(folder.resolve("targets"));
    Files.write(metadata.resolve("1.root.json"), root.bytes());
    Files.write(metadata.resolve("1.targets.json"), targets.bytes());
    Files.write(metadata.resolve("1.snapshot.json"), snapshot.bytes());
    Files.write(metadata.resolve("timestamp.json"), timestamp.bytes());
  }

  private static Map<String, TargetDescription> targets(int count) {
    Map<String, TargetDescription> targets = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      targets.put(
          "stable/component-%03d/component-1.0.%d.tar.gz".formatted(i % 1000, i),
          TargetDescription.of(
              1_000_000 + i, Map.of("sha256", "%064x".formatted(i)), JsonObject.EMPTY));
    }
    return targets;
  }
}
