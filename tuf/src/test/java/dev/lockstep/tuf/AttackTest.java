package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tuf.metadata.Ed25519Signer;
import dev.lockstep.tuf.metadata.Header;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.SnapshotRole;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The attacks of specification section 1.5.2, each tried at the public interface; see also {@link
 * ReplayAttackTest}.
 */
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

  @Test
  @Tag("R76")
  @Tag("R78")
  void wrongHash_snapshotOfTheRightVersion_isRefused() {
    var resigned =
        SignedMetadata.sign(
            SnapshotRole.of(
                Header.of(1, RepositorySimulator.NOW.plus(Duration.ofDays(99))),
                Map.of("targets.json", MetaFile.of(1))),
            repository.signers.get("snapshot"));
    repository.files.put("metadata/1.snapshot.json", resigned.bytes());

    refused(LengthOrHashException.class, "TRUST_LENGTH_OR_HASH");
  }

  @Test
  @Tag("R76")
  void wrongLength_documentOfAnotherLengthThanStated_isRefused() {
    int length = repository.files.get("metadata/1.targets.json").length;
    listTargetsAs(new MetaFile(1, OptionalLong.of(length), Map.of(), JsonObject.EMPTY));
    updater.refresh();
    for (int wrong : new int[] {length - 1, length + 1}) {
      listTargetsAs(new MetaFile(1, OptionalLong.of(wrong), Map.of(), JsonObject.EMPTY));

      refused(LengthOrHashException.class, "TRUST_LENGTH_OR_HASH");
    }
  }

  @Test
  @Tag("R76")
  void wrongHash_ofAKindThatNobodyHereKnows_isRefused() {
    Map<String, String> unknown = Map.of("blake9", "00");
    listTargetsAs(new MetaFile(1, OptionalLong.empty(), unknown, JsonObject.EMPTY));

    refused(LengthOrHashException.class, "TRUST_LENGTH_OR_HASH");
  }

  private void listTargetsAs(MetaFile described) {
    repository.put(
        "snapshot",
        SignedMetadata.sign(
            SnapshotRole.of(repository.nextHeader("snapshot"), Map.of("targets.json", described)),
            repository.signers.get("snapshot")));
    repository.publishTimestamp();
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
