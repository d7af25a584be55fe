package dev.lockstep.testkit;

import dev.lockstep.protocol.release.ReleaseDescription;
import dev.lockstep.repository.RepositoryDirectory;
import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.tuf.metadata.Ed25519Signer;
import dev.lockstep.tuf.metadata.Header;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.Signer;
import dev.lockstep.tuf.metadata.SnapshotRole;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import dev.lockstep.tuf.metadata.TimestampRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Tampers with a repository's files as attackers would: with the server, but without the keys, or
 * with a stolen one. What is above the forged document is signed correctly where the attack needs
 * it, so that a client gets as far as the forgery.
 */
public final class Forgery {
  private final RepositoryDirectory directory;
  private final KeyFolder keys;

  Forgery(RepositoryDirectory directory, KeyFolder keys) {
    this.directory = directory;
    this.keys = keys;
  }

  /** Changes one bit in the middle of a release's artifact. */
  public void tamperArtifact(ReleaseDescription release) {
    String target = release.artifacts().get(0).target();
    flip(targetFile(release.channel(), target));
  }

  /** Changes one bit in the middle of a release's manifest. */
  public void tamperManifest(ReleaseDescription release) {
    String target =
        ReleaseDescription.manifestTarget(
            release.channel(),
            release.component(),
            release.version().toString(),
            release.platform());
    flip(targetFile(release.channel(), target));
  }

  private Path targetFile(String channel, String target) {
    TargetDescription listed =
        directory.channel(directory.current(), channel).role().targets().get(target);
    return directory.targetFile(target, listed.hashes().get("sha256"));
  }

  private static void flip(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /**
   * Signs a new version of a role's metadata with a key that nobody trusts, under the id of the
   * right one.
   *
   * @param role timestamp, snapshot, or a channel
   */
  public void signWithWrongKey(String role) {
    CurrentMetadata now = directory.current();
    switch (role) {
      case "timestamp" -> {
        TimestampRole next =
            TimestampRole.of(next(now.timestamp().role()), now.timestamp().role().snapshot());
        put("timestamp.json", forged(next, rootKeyId(now, RoleType.TIMESTAMP)));
      }
      case "snapshot" -> {
        SnapshotRole next =
            SnapshotRole.of(next(now.snapshot().role()), now.snapshot().role().meta());
        publish(now, forged(next, rootKeyId(now, RoleType.SNAPSHOT)));
      }
      default -> {
        TargetsRole before = directory.channel(now, role).role();
        String id =
            now.targets()
                .role()
                .delegations()
                .orElseThrow()
                .roleNamed(role)
                .orElseThrow()
                .keys()
                .keyIds()
                .get(0);
        publish(now, role, forged(before.with(next(before), before.targets()), id));
      }
    }
  }

  /**
   * Publishes a channel that lists other targets, with the right keys: what the holder of a stolen
   * channel key can do, and the way to wrong metadata that is signed correctly.
   */
  public void replaceTargets(String channel, Map<String, TargetDescription> targets) {
    CurrentMetadata now = directory.current();
    TargetsRole before = directory.channel(now, channel).role();
    List<Signer> signers =
        keys.signers(
            channel,
            now.targets()
                .role()
                .delegations()
                .orElseThrow()
                .roleNamed(channel)
                .orElseThrow()
                .keys());
    publish(now, channel, SignedMetadata.sign(before.with(next(before), targets), signers));
  }

  /** The timestamp as it is now, for {@link #replayTimestamp}. */
  public byte[] rememberTimestamp() {
    return directory.current().timestamp().bytes();
  }

  /** Serves an older timestamp again (rollback attack); everything that it names still exists. */
  public void replayTimestamp(byte[] older) {
    write("timestamp.json", older);
  }

  /** Serves other bytes as the timestamp: not JSON, truncated, or of another type. */
  public void garbleTimestamp(byte[] content) {
    write("timestamp.json", content);
  }

  /**
   * Serves the channel's last but one metadata in the place of its last (mix-and-match attack);
   * both are signed correctly. Needs a release in the channel.
   */
  public void mixAndMatch(String channel) {
    long version = directory.current().snapshot().role().of(channel).orElseThrow().version();
    if (version < 2) {
      throw new IllegalStateException("publish in " + channel + " before");
    }
    try {
      Path older = directory.metadata().resolve((version - 1) + "." + channel + ".json");
      write(version + "." + channel + ".json", Files.readAllBytes(older));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void publish(CurrentMetadata now, String role, SignedMetadata<TargetsRole> document) {
    put(document.role().version() + "." + role + ".json", document);
    Map<String, MetaFile> meta = new LinkedHashMap<>(now.snapshot().role().meta());
    meta.put(role + ".json", MetaFile.describing(document));
    SnapshotRole snapshot = SnapshotRole.of(next(now.snapshot().role()), meta);
    publish(now, SignedMetadata.sign(snapshot, topLevel(now, "snapshot", RoleType.SNAPSHOT)));
  }

  private void publish(CurrentMetadata now, SignedMetadata<SnapshotRole> snapshot) {
    put(snapshot.role().version() + ".snapshot.json", snapshot);
    TimestampRole timestamp =
        TimestampRole.of(next(now.timestamp().role()), MetaFile.describing(snapshot));
    put(
        "timestamp.json",
        SignedMetadata.sign(timestamp, topLevel(now, "timestamp", RoleType.TIMESTAMP)));
  }

  private List<Signer> topLevel(CurrentMetadata now, String role, RoleType<?> type) {
    return keys.signers(role, now.root().role().keysOf(type));
  }

  private static String rootKeyId(CurrentMetadata now, RoleType<?> type) {
    RootRole root = now.root().role();
    return root.keysOf(type).keyIds().get(0);
  }

  private static Header next(Role role) {
    Instant expires = role.expires();
    return role.header().next(expires);
  }

  private static <R extends Role> SignedMetadata<R> forged(R role, String claimedKeyId) {
    Ed25519Signer unknown = Ed25519Signer.generate();
    return SignedMetadata.sign(role, List.of(new Claiming(unknown, claimedKeyId)));
  }

  /** Signs with one key and says that it was another. */
  private record Claiming(Signer signer, String keyId) implements Signer {
    @Override
    public Key publicKey() {
      return signer.publicKey();
    }

    @Override
    public byte[] sign(byte[] message) {
      return signer.sign(message);
    }
  }

  private void put(String name, SignedMetadata<?> document) {
    write(name, document.bytes());
  }

  private void write(String name, byte[] content) {
    try {
      Files.write(directory.metadata().resolve(name), content);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
