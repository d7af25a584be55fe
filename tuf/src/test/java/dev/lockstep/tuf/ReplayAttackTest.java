package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tuf.metadata.Ed25519Signer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The attacks of specification section 1.5.2 that replay or withhold: rollback, freeze, fast
 * forward.
 */
class ReplayAttackTest {
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
    assertThat(repository.pauses)
        .as("a cache that lags behind gets a chance first")
        .containsExactly(Duration.ofMillis(500), Duration.ofSeconds(1));
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

  @Test
  @Tag("R75")
  void rollback_betweenWhatThisAndAnotherProcessSaw_isRefused() {
    updater.refresh();
    repository.publishTimestamp();
    byte[] between = repository.files.get("metadata/timestamp.json");
    repository.publishTimestamp();
    repository.updater(store, clock).refresh();
    repository.files.put("metadata/timestamp.json", between);

    refused(RollbackException.class, "TRUST_ROLLBACK");
    assertThat(store.version("timestamp")).isEqualTo(3);
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

  /** Section 5.4.3.1: what has the same version is nothing new, whatever it says. */
  @Test
  @Tag("R75")
  void freeze_otherTimestampOfTheSameVersion_doesNotProlongTheOneSeen() {
    for (String role : List.of("root", "snapshot", "targets")) {
      repository.expiries.put(role, RepositorySimulator.NOW.plus(Duration.ofDays(99)));
    }
    repository.publishRoot();
    repository.publish("targets");
    updater.refresh();
    byte[] seen = store.documents.get("timestamp");
    repository.versions.put("timestamp", 1L);
    repository.expiries.put("timestamp", RepositorySimulator.NOW.plus(Duration.ofDays(99)));
    repository.publish("targets");

    updater.refresh();

    assertThat(store.documents.get("timestamp")).isEqualTo(seen);
    assertThat(store.version("targets")).isEqualTo(2);
    clock.advance(Duration.ofDays(31));
    assertThatThrownBy(updater::refresh)
        .isInstanceOf(ExpiredException.class)
        .hasMessageContaining("the timestamp ");
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

  @Test
  @Tag("R152")
  void fastForward_targets_areRecoveredFromByNewTimestampKeyAlone() {
    repository.versions.put("targets", 99_999L);
    repository.publish("targets");
    updater.refresh();
    repository.rotate("timestamp");
    repository.publishRoot();
    repository.versions.put("targets", 4L);
    repository.publish("targets");

    repository.updater(store, clock).refresh();

    assertThat(store.version("targets")).isEqualTo(5);
  }
}
