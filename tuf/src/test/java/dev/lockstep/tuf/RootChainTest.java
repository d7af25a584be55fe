package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tuf.metadata.Ed25519Signer;
import dev.lockstep.tuf.metadata.Signer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Section 5.3: the chain of roots. */
class RootChainTest {
  private final RepositorySimulator repository = new RepositorySimulator();
  private final ManualClock clock = new ManualClock();
  private final MemoryMetadataStore store = repository.initializedStore();

  private Updater updater(int rootRotations) {
    Limits defaults = Limits.defaults();
    Limits limits =
        new Limits(
            rootRotations,
            defaults.rootBytes(),
            defaults.timestampBytes(),
            defaults.snapshotBytes(),
            defaults.targetsBytes(),
            defaults.delegatedRoles(),
            defaults.earliestTime());
    return new Updater(
        new UpdaterSettings(RepositorySimulator.METADATA, RepositorySimulator.CONTENT, limits),
        repository,
        store,
        clock);
  }

  private void rotateAllKeys() {
    List<Signer> old = repository.rotate("root");
    for (String role : List.of("timestamp", "snapshot", "targets")) {
      repository.rotate(role);
    }
    repository.publishRoot(old.toArray(Signer[]::new));
  }

  @Test
  @Tag("R74")
  void refresh_allKeysRotatedTwiceWhileAsleep_comesBack() {
    updater(1024).refresh();
    rotateAllKeys();
    rotateAllKeys();
    repository.publish("targets");

    updater(1024).refresh();

    assertThat(store.version("root")).isEqualTo(3);
    assertThat(store.version("targets")).isEqualTo(2);
    assertThat(store.rootHistory()).containsExactly(3L, 2L, 1L);
  }

  @Test
  void refresh_rotatedRootNotSignedByOldKeys_isRefused() {
    repository.rotate("root");
    repository.publishRoot();

    assertThatThrownBy(() -> updater(1024).refresh()).isInstanceOf(SignatureException.class);
    assertThat(store.version("root")).isEqualTo(1);
  }

  @Test
  void refresh_rotatedRootNotSignedByItsOwnKeys_isRefused() {
    List<Signer> old = repository.rotate("root");
    byte[] onlyOld = RawDocuments.sign(repository.nextRoot().toJson(), old);
    repository.files.put("metadata/2.root.json", onlyOld);

    assertThatThrownBy(() -> updater(1024).refresh())
        .isInstanceOf(SignatureException.class)
        .hasMessageContaining("its own keys");
  }

  @Test
  void refresh_higherThreshold_needsBoth() {
    Signer second = Ed25519Signer.generate();
    repository.signers.get("root").add(second);
    repository.thresholds.put("root", 2);
    repository.publishRoot();
    updater(1024).refresh();
    assertThat(store.version("root")).isEqualTo(2);

    repository.signers.get("root").remove(second);
    repository.thresholds.put("root", 1);
    repository.publishRoot();
    assertThatThrownBy(() -> updater(1024).refresh())
        .isInstanceOf(SignatureException.class)
        .hasMessageContaining("1 of 2");
  }

  @Test
  void refresh_versionSkipped_isRefused() {
    repository.versions.put("root", 2L);
    repository.publishRoot();
    repository.files.put("metadata/2.root.json", repository.files.get("metadata/3.root.json"));

    assertThatThrownBy(() -> updater(1024).refresh()).isInstanceOf(RollbackException.class);
  }

  @Test
  void refresh_expiredRootsOnTheWay_doNotMatter() {
    repository.expiries.put("root", RepositorySimulator.NOW.minus(Duration.ofDays(300)));
    repository.publishRoot();
    repository.publishRoot();
    repository.expiries.remove("root");
    repository.publishRoot();

    updater(1024).refresh();

    assertThat(store.version("root")).isEqualTo(4);
  }

  @Test
  @Tag("R75")
  void refresh_lastRootExpired_isStoredAndThenFails() {
    updater(1024).refresh();
    repository.expiries.put("root", RepositorySimulator.NOW.minus(Duration.ofDays(1)));
    repository.publishRoot();
    repository.publish("targets");

    assertThatThrownBy(() -> updater(1024).refresh())
        .isInstanceOf(ExpiredException.class)
        .hasMessageContaining("root");

    assertThat(store.version("root")).isEqualTo(2);
    assertThat(store.version("timestamp")).isEqualTo(1);
  }

  @Test
  void refresh_deviceOffForAYear_comesBackThroughTheChain() {
    updater(1024).refresh();
    clock.advance(Duration.ofDays(365));
    for (String role : List.of("root", "timestamp", "snapshot", "targets")) {
      repository.expiries.put(role, RepositorySimulator.NOW.plus(Duration.ofDays(400)));
    }
    rotateAllKeys();
    repository.publish("targets");

    updater(1024).refresh();

    assertThat(store.version("targets")).isEqualTo(2);
  }

  @Test
  void refresh_threeHundredRoots_areFollowed() {
    for (int i = 0; i < 300; i++) {
      repository.publishRoot();
    }

    updater(1024).refresh();

    assertThat(store.version("root")).isEqualTo(301);
  }

  @Test
  void refresh_moreRootsThanTheBound_isAnErrorAndGoesOnNextTime() {
    for (int i = 0; i < 5; i++) {
      repository.publishRoot();
    }

    assertThatThrownBy(() -> updater(3).refresh())
        .isInstanceOfSatisfying(
            LimitException.class, e -> assertThat(e.code()).isEqualTo("TRUST_LIMIT"));
    assertThat(store.version("root")).isEqualTo(4);

    updater(3).refresh();
    assertThat(store.version("root")).isEqualTo(6);
  }

  @Test
  void refresh_asManyRootsAsTheBound_isFine() {
    for (int i = 0; i < 3; i++) {
      repository.publishRoot();
    }

    updater(3).refresh();

    assertThat(store.version("root")).isEqualTo(4);
  }

  @Test
  void refresh_serverErrorOnTheRootProbe_isNotTheEndOfTheChain() {
    repository.failures.put(
        "metadata/2.root.json",
        FetchException.ofStatus(
            FetchException.Kind.SERVER_ERROR,
            java.net.URI.create("https://repository.example/metadata/2.root.json"),
            503,
            "busy"));

    assertThatThrownBy(() -> updater(3).refresh()).isInstanceOf(FetchException.class);
  }
}
