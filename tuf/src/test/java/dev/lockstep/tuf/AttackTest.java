package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tuf.metadata.Ed25519Signer;
import dev.lockstep.tuf.metadata.SignedMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The attacks of specification section 1.5.2, each tried at the public interface. */
class AttackTest {
  private final RepositorySimulator repository = new RepositorySimulator();
  private final ManualClock clock = new ManualClock();
  private final MemoryMetadataStore store = repository.initializedStore();
  private final Updater updater = repository.updater(store, clock);

  private void refused(Class<? extends TufException> as, String code) {
    assertThatThrownBy(updater::refresh)
        .isInstanceOf(as)
        .isInstanceOfSatisfying(TufException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageMatching("cannot .+: .+");
  }

  // ---- arbitrary software

  @Test
  @Tag("R74")
  @Tag("R80")
  void arbitrarySoftware_everythingSignedWithAnAttackersKeys_isRefused() {
    RepositorySimulator attacker = new RepositorySimulator();
    attacker.addTarget("targets", "evil", "evil");
    attacker.publish("targets");
    repository.files.putAll(attacker.files);
    repository.files.remove("metadata/2.root.json");

    refused(SignatureException.class, "TRUST_SIGNATURE");
    assertThat(store.documents.keySet()).containsExactly("root");
  }

  @Test
  @Tag("R74")
  void arbitrarySoftware_rootSignedByItselfOnly_isRefused() {
    RepositorySimulator attacker = new RepositorySimulator();
    attacker.publishRoot();
    repository.files.put("metadata/2.root.json", attacker.files.get("metadata/2.root.json"));

    refused(SignatureException.class, "TRUST_SIGNATURE");
    assertThat(store.version("root")).isEqualTo(1);
  }

  @Test
  @Tag("R74")
  void arbitrarySoftware_eachRoleWithAStrangersKey_isRefused() {
    for (String role : List.of("timestamp", "snapshot", "targets")) {
      RepositorySimulator other = new RepositorySimulator();
      MemoryMetadataStore empty = other.initializedStore();
      other.signers.put(role, List.of(Ed25519Signer.generate()));
      other.publish("targets");

      assertThatThrownBy(() -> other.updater(empty, clock).refresh())
          .as(role)
          .isInstanceOf(SignatureException.class)
          .hasMessageContaining(role);
    }
  }

  @Test
  @Tag("R74")
  void arbitrarySoftware_oneByteOfTheSignedPartChanged_isRefused() {
    repository.statesLengthAndHashes = false;
    repository.addTarget("targets", "name", "content");
    repository.publish("targets");
    repository.files.compute(
        "metadata/2.targets.json",
        (path, bytes) ->
            new String(bytes, StandardCharsets.UTF_8)
                .replace("\"name\"", "\"nbme\"")
                .getBytes(StandardCharsets.UTF_8));

    refused(SignatureException.class, "TRUST_SIGNATURE");
  }

  // ---- rollback

  @Test
  @Tag("R75")
  @Tag("R152")
  void rollback_olderTimestamp_isRefused() {
    byte[] old = repository.files.get("metadata/timestamp.json");
    repository.publishTimestamp();
    updater.refresh();
    repository.files.put("metadata/timestamp.json", old);

    refused(RollbackException.class, "TRUST_ROLLBACK");
    assertThat(store.version("timestamp")).isEqualTo(2);
  }

  @Test
  @Tag("R75")
  void rollback_olderTimestampInANewProcess_isRefused() {
    byte[] old = repository.files.get("metadata/timestamp.json");
    repository.publishTimestamp();
    updater.refresh();
    repository.files.put("metadata/timestamp.json", old);

    assertThatThrownBy(() -> repository.updater(store, clock).refresh())
        .isInstanceOf(RollbackException.class);
  }

  @Test
  @Tag("R75")
  void rollback_newTimestampNamesOlderSnapshot_isRefused() {
    repository.publish("targets");
    updater.refresh();
    repository.versions.put("snapshot", 1L);
    repository.publishTimestamp();

    refused(RollbackException.class, "TRUST_ROLLBACK");
    assertThat(store.version("timestamp")).isEqualTo(2);
  }

  @Test
  @Tag("R75")
  void rollback_newSnapshotNamesOlderTargets_isRefused() {
    repository.publish("targets");
    updater.refresh();
    repository.versions.put("targets", 1L);
    repository.publishSnapshot();

    refused(RollbackException.class, "TRUST_ROLLBACK");
    assertThat(store.version("snapshot")).isEqualTo(2);
    assertThat(store.version("timestamp")).isEqualTo(3);
  }

  @Test
  @Tag("R75")
  void rollback_newSnapshotNamesOlderDelegatedRole_isRefusedEvenIfTheLocalOneHasExpired() {
    repository.expiries.put("snapshot", RepositorySimulator.NOW.plus(Duration.ofDays(1)));
    repository.delegate("targets", "stable", true, "stable/*");
    repository.publish("targets", "stable");
    repository.publish("stable");
    updater.refresh();
    clock.advance(Duration.ofDays(2));
    repository.expiries.remove("snapshot");
    repository.versions.put("stable", 1L);
    repository.publishSnapshot();

    assertThatThrownBy(() -> repository.updater(store, clock).refresh())
        .isInstanceOf(RollbackException.class)
        .hasMessageContaining("stable.json");
  }

  @Test
  @Tag("R75")
  void rollback_snapshotNoLongerListsARole_isRefused() {
    repository.delegate("targets", "stable", true, "stable/*");
    repository.publish("targets", "stable");
    updater.refresh();
    repository.targets.remove("stable");
    repository.publishSnapshot();

    refused(RollbackException.class, "TRUST_ROLLBACK");
  }

  @Test
  @Tag("R75")
  void rollback_rootOfTheSameVersionAsNextOne_isRefused() {
    repository.files.put("metadata/2.root.json", repository.files.get("metadata/1.root.json"));

    refused(RollbackException.class, "TRUST_ROLLBACK");
  }

  // ---- freeze

  @Test
  @Tag("R75")
  void freeze_byteIdenticalMetadataThatExpiredMeanwhile_isRefused() {
    repository.expiries.put("timestamp", RepositorySimulator.NOW.plus(Duration.ofDays(1)));
    repository.publishTimestamp();
    updater.refresh();
    clock.advance(Duration.ofDays(1));

    refused(ExpiredException.class, "TRUST_EXPIRED");
    assertThatThrownBy(() -> repository.updater(store, clock).refresh())
        .isInstanceOf(ExpiredException.class);
  }

  @Test
  @Tag("R75")
  void freeze_unchangedRoleThatExpiredMeanwhile_isRefused() {
    for (String role : List.of("snapshot", "targets")) {
      RepositorySimulator other = new RepositorySimulator();
      ManualClock time = new ManualClock();
      MemoryMetadataStore kept = other.initializedStore();
      other.expiries.put(role, RepositorySimulator.NOW.plus(Duration.ofDays(1)));
      other.publish("targets");
      Updater longLived = other.updater(kept, time);
      longLived.refresh();
      time.advance(Duration.ofDays(2));

      assertThatThrownBy(longLived::refresh).as(role).isInstanceOf(ExpiredException.class);
      assertThatThrownBy(() -> other.updater(kept, time).refresh())
          .as(role)
          .isInstanceOf(ExpiredException.class);
    }
  }

  @Test
  @Tag("R75")
  void freeze_delegatedRoleThatExpiredMeanwhile_isRefused() {
    repository.expiries.put("stable", RepositorySimulator.NOW.plus(Duration.ofDays(1)));
    repository.delegate("targets", "stable", true, "stable/*");
    repository.addTarget("stable", "stable/a", "a");
    repository.publish("targets", "stable");
    updater.refresh();
    assertThat(updater.findTarget("stable/a")).isPresent();
    clock.advance(Duration.ofDays(2));
    updater.refresh();

    assertThatThrownBy(() -> updater.findTarget("stable/a")).isInstanceOf(ExpiredException.class);
  }

  @Test
  @Tag("R75")
  void freeze_expiredFromTheStart_isRefusedForEachRole() {
    for (String role : List.of("root", "timestamp", "snapshot", "targets")) {
      RepositorySimulator other = new RepositorySimulator();
      MemoryMetadataStore kept = other.initializedStore();
      other.expiries.put(role, RepositorySimulator.NOW);
      if (role.equals("root")) {
        other.publishRoot();
      }
      other.publish("targets");

      assertThatThrownBy(() -> other.updater(kept, clock).refresh())
          .as(role)
          .isInstanceOf(ExpiredException.class)
          .hasMessageContaining(role);
      assertThat(kept.documents.containsKey(role)).isEqualTo(role.equals("root"));
    }
  }

  // ---- mix and match

  @Test
  @Tag("R75")
  void mixAndMatch_olderSnapshotUnderTheNewName_isRefused() {
    for (boolean stated : List.of(true, false)) {
      RepositorySimulator other = new RepositorySimulator();
      other.statesLengthAndHashes = stated;
      MemoryMetadataStore kept = other.initializedStore();
      other.publish("targets");
      other.files.put("metadata/2.snapshot.json", other.files.get("metadata/1.snapshot.json"));

      assertThatThrownBy(() -> other.updater(kept, clock).refresh())
          .as("stated " + stated)
          .isInstanceOf(MixAndMatchException.class)
          .isInstanceOfSatisfying(
              TufException.class, e -> assertThat(e.code()).isEqualTo("TRUST_MIX_AND_MATCH"));
    }
  }

  @Test
  @Tag("R75")
  void mixAndMatch_targetsOfAnotherSnapshot_isRefused() {
    repository.statesLengthAndHashes = false;
    repository.publish("targets");
    Map<String, byte[]> secondState = new HashMap<>(repository.files);
    repository.publish("targets");
    repository.files.put("metadata/3.targets.json", secondState.get("metadata/2.targets.json"));

    refused(MixAndMatchException.class, "TRUST_MIX_AND_MATCH");
  }

  @Test
  @Tag("R75")
  void mixAndMatch_delegatedRoleThatTheSnapshotDoesNotList_isRefused() {
    repository.delegate("targets", "stable", true, "stable/*");
    repository.publish("targets");
    updater.refresh();

    assertThatThrownBy(() -> updater.findTarget("stable/a"))
        .isInstanceOf(MixAndMatchException.class)
        .hasMessageContaining("stable");
  }

  // ---- endless data, wrong length, wrong hash

  @Test
  @Tag("R76")
  void endlessData_inEveryMetadataFile_isCutOff() {
    for (String path : List.of("2.root.json", "timestamp.json")) {
      repository.endless.clear();
      repository.endless.add("metadata/" + path);
      refused(LimitException.class, "TRUST_LIMIT");
    }
    for (String path : List.of("1.snapshot.json", "1.targets.json")) {
      repository.endless.clear();
      repository.endless.add("metadata/" + path);
      refused(LengthOrHashException.class, "TRUST_LENGTH_OR_HASH");
    }
  }

  @Test
  @Tag("R76")
  void endlessData_withoutStatedLength_isCutOffAtTheLimit() {
    repository.statesLengthAndHashes = false;
    repository.publish("targets");
    for (String path : List.of("2.snapshot.json", "2.targets.json")) {
      repository.endless.clear();
      repository.endless.add("metadata/" + path);
      refused(LimitException.class, "TRUST_LIMIT");
    }
  }

  @Test
  @Tag("R76")
  @Tag("R78")
  void wrongHash_metadataOfTheRightVersion_isRefused() {
    var resigned =
        SignedMetadata.sign(
            repository
                .nextTargets("targets")
                .with(
                    dev.lockstep.tuf.metadata.Header.of(
                        1, RepositorySimulator.NOW.plus(Duration.ofDays(99))),
                    Map.of()),
            repository.signers.get("targets"));
    repository.files.put("metadata/1.targets.json", resigned.bytes());

    refused(LengthOrHashException.class, "TRUST_LENGTH_OR_HASH");
  }

  // ---- fast forward

  @Test
  @Tag("R152")
  void fastForward_timestamp_isRecoveredFromByNewKeys() {
    repository.versions.put("timestamp", 99_999L);
    repository.publishTimestamp();
    updater.refresh();
    repository.rotate("timestamp");
    repository.publishRoot();
    repository.versions.put("timestamp", 1L);
    repository.publishTimestamp();

    updater.refresh();

    assertThat(store.version("timestamp")).isEqualTo(2);
  }

  @Test
  @Tag("R152")
  void fastForward_snapshotAndTargets_areRecoveredFromByNewSnapshotKeyAlone() {
    repository.versions.put("targets", 99_999L);
    repository.publish("targets");
    updater.refresh();
    repository.rotate("snapshot");
    repository.publishRoot();
    repository.versions.put("targets", 4L);
    repository.versions.put("snapshot", 1L);
    repository.publish("targets");

    updater.refresh();

    assertThat(store.version("targets")).isEqualTo(5);
    assertThat(store.version("snapshot")).isEqualTo(2);
  }

  @Test
  @Tag("R152")
  void fastForward_oneOfTwoKeysTakenOut_isRecoveredFromToo() {
    repository.signers.get("timestamp").add(Ed25519Signer.generate());
    repository.publishRoot();
    repository.versions.put("timestamp", 99_999L);
    repository.publishTimestamp();
    updater.refresh();
    repository.signers.get("timestamp").remove(0);
    repository.publishRoot();
    repository.versions.put("timestamp", 1L);
    repository.publishTimestamp();

    updater.refresh();

    assertThat(store.version("timestamp")).isEqualTo(2);
  }

  // ---- key compromise

  @Test
  @Tag("R74")
  void keyCompromise_delegatedKeyUsedForAnotherChannel_isRefused() {
    repository.delegate("targets", "stable", true, "stable/*");
    repository.delegate("targets", "dev", true, "dev/*");
    repository.publish("targets", "stable", "dev");
    repository.signers.put("stable", repository.signers.get("dev"));
    repository.addTarget("stable", "stable/evil", "evil");
    repository.publish("stable");
    updater.refresh();

    assertThatThrownBy(() -> updater.targetsOf("stable")).isInstanceOf(SignatureException.class);
  }

  @Test
  @Tag("R74")
  void keyCompromise_rotatedAwayKey_signsNothingMore() {
    var compromised = repository.rotate("targets");
    repository.publishRoot();
    repository.signers.put("targets", compromised);
    repository.publish("targets");

    refused(SignatureException.class, "TRUST_SIGNATURE");
  }

  @Test
  @Tag("R74")
  void keyCompromise_fewerKeysThanTheThreshold_isRefused() {
    repository.signers.get("timestamp").add(Ed25519Signer.generate());
    repository.thresholds.put("timestamp", 2);
    repository.publishRoot();
    repository.publishTimestamp();
    updater.refresh();
    repository.signers.get("timestamp").remove(1);
    repository.publishTimestamp();

    refused(SignatureException.class, "TRUST_SIGNATURE");
  }
}
