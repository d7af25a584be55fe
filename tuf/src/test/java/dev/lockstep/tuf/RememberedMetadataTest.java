package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a new process takes from an earlier one, and what it does not (ADR 0003). */
class RememberedMetadataTest {
  private final RepositorySimulator repository = new RepositorySimulator();
  private final ManualClock clock = new ManualClock();
  private final MemoryMetadataStore store = repository.initializedStore();

  @BeforeEach
  void refreshOnce() {
    repository.addTarget("targets", "file", "content");
    repository.publish("targets");
    newProcess().refresh();
    forgetTraces();
  }

  private Updater newProcess() {
    return repository.updater(store, clock);
  }

  private void forgetTraces() {
    store.reads.clear();
    store.writes.clear();
    repository.requests.clear();
  }

  private String content(Updater updater) {
    TargetFile target = updater.findTarget("file").orElseThrow();
    return new String(updater.fetchSmall(target, 100), StandardCharsets.UTF_8);
  }

  @Test
  void refresh_nothingNewInANewProcess_readsNeitherSnapshotNorTargets() {
    newProcess().refresh();

    assertThat(store.reads).containsOnly("root", "timestamp");
    assertThat(store.writes).isEmpty();
    assertThat(repository.requests).containsExactly("2.root.json", "timestamp.json");
  }

  @Test
  void refresh_newTimestampOfTheSameSnapshot_readsNeitherSnapshotNorTargets() {
    repository.publishTimestamp();

    newProcess().refresh();

    assertThat(store.reads).containsOnly("root", "timestamp");
    assertThat(store.writes).containsExactly("timestamp", "record");
  }

  @Test
  void refresh_newSnapshotOfTheSameTargets_doesNotReadTargets() {
    repository.publishSnapshot();

    newProcess().refresh();

    assertThat(store.reads).doesNotContain("targets");
    assertThat(repository.requests).doesNotContain("2.targets.json");
  }

  @Test
  void findTarget_inANewProcess_readsWhatIsAskedFor() {
    Updater updater = newProcess();
    updater.refresh();

    assertThat(content(updater)).isEqualTo("content");

    assertThat(store.reads).contains("snapshot", "targets");
    assertThat(repository.requests).noneMatch(name -> name.endsWith(".targets.json"));
  }

  @Test
  @Tag("R76")
  void findTarget_fileChangedBehindTheStore_isNotUsed() {
    byte[] changed =
        new String(store.documents.get("targets"), StandardCharsets.UTF_8)
            .replace("\"file\"", "\"evil\"")
            .getBytes(StandardCharsets.UTF_8);
    store.documents.put("targets", changed);
    Updater updater = newProcess();
    updater.refresh();

    assertThat(updater.findTarget("evil")).isEmpty();

    assertThat(updater.findTarget("file")).isPresent();
    assertThat(repository.requests).contains("2.targets.json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"snapshot", "targets", "timestamp"})
  void refresh_storedFileDamaged_isFetchedAgain(String role) {
    byte[] whole = store.documents.get(role);
    store.documents.put(role, Arrays.copyOf(whole, whole.length / 2));
    store.stamps.put(role, "changed");

    newProcess().refresh();

    assertThat(store.documents.get(role)).isEqualTo(whole);
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "timestamp", "snapshot", "targets"})
  @Tag("R75")
  void freeze_rememberedRoleThatExpiredMeanwhile_isRefused(String role) {
    repository.expiries.put(role, RepositorySimulator.NOW.plus(Duration.ofDays(1)));
    if (role.equals("root")) {
      repository.publishRoot();
    }
    repository.publish("targets");
    newProcess().refresh();
    forgetTraces();
    clock.advance(Duration.ofDays(1));

    assertThatThrownBy(() -> newProcess().refresh())
        .isInstanceOf(ExpiredException.class)
        .hasMessageContaining("the " + role + " ");
    assertThat(store.reads).doesNotContain("targets");
  }

  @Test
  @Tag("R75")
  void rollback_olderMetadataAgainstARecord_isRefused() {
    byte[] older = repository.files.get("metadata/timestamp.json");
    repository.publish("targets");
    newProcess().refresh();
    repository.files.put("metadata/timestamp.json", older);

    assertThatThrownBy(() -> newProcess().refresh()).isInstanceOf(RollbackException.class);
  }

  @Test
  @Tag("R75")
  void rollback_newSnapshotNamesOlderTargetsThanRemembered_isRefused() {
    repository.versions.put("targets", 0L);
    repository.publish("targets");

    assertThatThrownBy(() -> newProcess().refresh()).isInstanceOf(RollbackException.class);
  }

  @Test
  @Tag("R74")
  void keyCompromise_recordUnderAnotherRoot_saysNothing() {
    byte[] record = store.record;
    repository.rotate("targets");
    repository.publishRoot();

    // The targets document is the same still, but its key is no longer the root's.
    assertThatThrownBy(() -> newProcess().refresh()).isInstanceOf(SignatureException.class);

    store.record = record;
    assertThatThrownBy(() -> newProcess().refresh()).isInstanceOf(SignatureException.class);
  }

  @Test
  @Tag("R74")
  void arbitrarySoftware_storedTargetsSignedByAStranger_areNotTakenForRemembered() {
    RepositorySimulator stranger = new RepositorySimulator();
    stranger.addTarget("targets", "file", "evil");
    stranger.publish("targets");
    store.documents.put("targets", stranger.files.get("metadata/2.targets.json"));
    Updater updater = newProcess();
    updater.refresh();

    assertThat(content(updater)).isEqualTo("content");
  }

  @Test
  @Tag("R74")
  void arbitrarySoftware_recordBesideAnExchangedRoot_saysNothing() {
    RepositorySimulator other = new RepositorySimulator();
    store.documents.put("root", other.files.get("metadata/1.root.json"));

    assertThatThrownBy(() -> newProcess().refresh()).isInstanceOf(SignatureException.class);
  }

  @Test
  @Tag("R74")
  void arbitrarySoftware_withoutStatedHashes_otherBytesThanRememberedAreVerified() {
    repository.statesLengthAndHashes = false;
    repository.publish("targets");
    newProcess().refresh();
    RepositorySimulator stranger = new RepositorySimulator();
    stranger.addTarget("targets", "file", "evil");
    stranger.publish("targets");
    stranger.publish("targets");
    store.documents.put("targets", stranger.files.get("metadata/3.targets.json"));
    Updater updater = newProcess();
    updater.refresh();

    assertThat(content(updater)).isEqualTo("content");
  }

  @Test
  void parse_anyByteChangedOrMissing_isNoRecord() {
    assertThat(VerifiedRecord.parse(store.record)).isPresent();
    for (int i = 0; i < store.record.length; i++) {
      byte[] changed = store.record.clone();
      changed[i] ^= 1;
      assertThat(VerifiedRecord.parse(changed)).as("byte %d", i).isEmpty();
      assertThat(VerifiedRecord.parse(Arrays.copyOf(store.record, i))).as("to %d", i).isEmpty();
    }
  }

  @Test
  void parse_whatWasWritten_isTheSame() {
    VerifiedRecord record = VerifiedRecord.parse(store.record).orElseThrow();

    assertThat(VerifiedRecord.parse(record.toBytes())).contains(record);
    assertThat(record.root().version()).isEqualTo(1);
    assertThat(record.targets().areOf(store.documents.get("targets"))).isTrue();
    assertThat(record.stamps()).containsOnlyKeys("snapshot", "targets");
  }

  @Test
  void refresh_damagedRecord_verifiesEverythingAndWritesItAnew() {
    byte[] good = store.record;
    store.record = Arrays.copyOf(good, 40);

    newProcess().refresh();

    assertThat(store.reads).contains("snapshot", "targets");
    assertThat(store.record).isEqualTo(good);
  }

  @Test
  void refresh_recordCannotBeWritten_succeedsAllTheSame() {
    repository.publishTimestamp();
    MetadataStore full =
        new ForwardingMetadataStore(store) {
          @Override
          public void saveRecord(byte[] bytes) {
            throw new StoreException("cannot write: no space left", null);
          }
        };
    Updater updater = repository.updater(full, clock);

    updater.refresh();

    assertThat(content(updater)).isEqualTo("content");
  }

  @Test
  void stamp_fileWrittenOrReplaced_isAnotherOne(@TempDir Path folder) throws Exception {
    DirectoryMetadataStore directory = new DirectoryMetadataStore(folder);
    assertThat(directory.stamp("targets")).isEmpty();
    directory.save("targets", new byte[] {1});
    Optional<String> first = directory.stamp("targets");
    assertThat(first).get().asString().doesNotContainAnyWhitespaces();
    assertThat(directory.stamp("targets")).isEqualTo(first);

    FileTime time = Files.getLastModifiedTime(folder.resolve("targets.json"));
    directory.save("targets", new byte[] {2});
    Files.setLastModifiedTime(folder.resolve("targets.json"), time);

    assertThat(directory.stamp("targets")).isPresent().isNotEqualTo(first);
  }

  @Test
  void refresh_nothingNewWithADirectory_touchesOnlyRootAndTimestamp(@TempDir Path folder)
      throws Exception {
    DirectoryMetadataStore directory = new DirectoryMetadataStore(folder);
    directory.initializeRoot(repository.files.get("metadata/1.root.json"));
    repository.updater(directory, clock).refresh();
    MemoryMetadataStore seen = new MemoryMetadataStore();
    MetadataStore spied =
        new ForwardingMetadataStore(new DirectoryMetadataStore(folder)) {
          @Override
          public Optional<byte[]> load(String role) {
            seen.reads.add(role);
            return super.load(role);
          }
        };

    repository.updater(spied, clock).refresh();

    assertThat(List.copyOf(seen.reads)).containsOnly("root", "timestamp");
  }
}
