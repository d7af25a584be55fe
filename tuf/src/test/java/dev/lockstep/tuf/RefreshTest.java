package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The client workflow of section 5 against a repository that behaves, and what it stores. */
class RefreshTest {
  private final RepositorySimulator repository = new RepositorySimulator();
  private final ManualClock clock = new ManualClock();
  private final MemoryMetadataStore store = repository.initializedStore();
  private final Updater updater = repository.updater(store, clock);

  @Test
  @Tag("R47")
  void refresh_cold_asksForExactlyWhatIsNeeded() {
    updater.refresh();

    assertThat(repository.requests)
        .containsExactly("2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json");
    assertThat(store.documents.keySet())
        .containsExactlyInAnyOrder("root", "timestamp", "snapshot", "targets");
  }

  @Test
  @Tag("R57")
  void refresh_nothingNew_costsTwoRequests() {
    updater.refresh();
    repository.requests.clear();

    updater.refresh();

    assertThat(repository.requests).containsExactly("2.root.json", "timestamp.json");
  }

  @Test
  void refresh_nothingNewInANewProcess_costsTwoRequestsToo() {
    updater.refresh();
    repository.requests.clear();

    repository.updater(store, clock).refresh();

    assertThat(repository.requests).containsExactly("2.root.json", "timestamp.json");
  }

  @Test
  void refresh_newDelegatedTargets_fetchesOnlyWhatChanged() {
    repository.delegate("targets", "stable", true, "stable/*");
    repository.delegate("targets", "beta", true, "beta/*");
    repository.addTarget("stable", "stable/a", "a");
    repository.publish("targets", "stable", "beta");
    updater.refresh();
    assertThat(updater.targetsOf("stable")).hasSize(1);
    repository.addTarget("stable", "stable/b", "b");
    repository.publish("stable");
    repository.requests.clear();

    updater.refresh();
    assertThat(updater.targetsOf("stable")).hasSize(2);

    assertThat(repository.requests)
        .containsExactly("2.root.json", "timestamp.json", "3.snapshot.json", "2.stable.json");
  }

  @Test
  void refresh_withoutConsistentSnapshot_asksForPlainNames() {
    repository.consistentSnapshot = false;
    repository.publishRoot();
    repository.addTarget("targets", "dir/file", "content");
    repository.publish("targets");

    updater.refresh();
    TargetFile target = updater.findTarget("dir/file").orElseThrow();

    assertThat(repository.requests)
        .containsExactly(
            "2.root.json", "3.root.json", "timestamp.json", "snapshot.json", "targets.json");
    assertThat(updater.locate(target))
        .isEqualTo(URI.create("https://repository.example/targets/dir/file"));
    assertThat(updater.fetchSmall(target, 100)).asString().isEqualTo("content");
  }

  @Test
  void refresh_withoutStatedLengthAndHashes_works() {
    repository.statesLengthAndHashes = false;
    repository.publish("targets");

    updater.refresh();

    assertThat(store.version("targets")).isEqualTo(2);
  }

  @Test
  void refresh_storesTheBytesAsServed() {
    updater.refresh();

    assertThat(store.documents.get("targets"))
        .isEqualTo(repository.files.get("metadata/1.targets.json"));
  }

  @Test
  void refresh_unknownFields_areAcceptedAndKept() {
    String root = new String(repository.files.get("metadata/1.root.json"), StandardCharsets.UTF_8);
    assertThat(root).contains("\"signed\":{");
    var next = repository.nextRoot().toJson();
    next.put("x-custom", 1).putObject("x-more").put("a", "ä\n\"\\");
    ((tools.jackson.databind.node.ObjectNode) next.get("keys").iterator().next())
        .put("x-key", true);
    repository.files.put(
        "metadata/2.root.json", RawDocuments.sign(next, repository.signers.get("root")));

    updater.refresh();

    assertThat(store.documents.get("root")).isEqualTo(repository.files.get("metadata/2.root.json"));
    assertThat(store.version("root")).isEqualTo(2);
  }

  @Test
  void refresh_truncatedLocalFiles_areFetchedAgain() {
    repository.delegate("targets", "stable", true, "stable/*");
    repository.addTarget("stable", "stable/a", "a");
    repository.publish("targets", "stable");
    updater.refresh();
    updater.targetsOf("stable");
    for (String role : new String[] {"timestamp", "snapshot", "targets", "stable"}) {
      store.documents.compute(role, (name, bytes) -> Arrays.copyOf(bytes, bytes.length / 2));
    }
    repository.requests.clear();

    Updater later = repository.updater(store, clock);
    later.refresh();

    assertThat(later.targetsOf("stable")).hasSize(1);
    assertThat(repository.requests)
        .containsExactly(
            "2.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json", "1.stable.json");
    assertThat(store.documents.get("snapshot"))
        .isEqualTo(repository.files.get("metadata/2.snapshot.json"));
  }

  @Test
  void refresh_damagedRoot_startsFromTheHistory() {
    repository.publishRoot();
    updater.refresh();
    store.documents.put("root", new byte[] {'{'});

    repository.updater(store, clock).refresh();

    assertThat(store.version("timestamp")).isEqualTo(1);
  }

  @Test
  void refresh_localFileForged_isNotTrustedBecauseItIsLocal() {
    repository.addTarget("targets", "good", "good");
    repository.publish("targets");
    updater.refresh();
    RepositorySimulator other = new RepositorySimulator();
    other.addTarget("targets", "evil", "evil");
    other.publish("targets");
    for (String role : new String[] {"timestamp", "snapshot", "targets"}) {
      store.documents.put(role, other.files.get(other.pathOf(role)));
    }

    Updater later = repository.updater(store, clock);
    later.refresh();

    assertThat(later.findTarget("evil")).isEmpty();
    assertThat(later.findTarget("good")).isPresent();
  }

  @Test
  void refresh_snapshotMissing_keepsTheNewTimestamp() {
    updater.refresh();
    repository.publish("targets");
    repository.files.remove("metadata/2.snapshot.json");

    assertThatThrownBy(updater::refresh)
        .isInstanceOf(FetchException.class)
        .hasMessageContaining("2.snapshot.json");

    assertThat(store.version("timestamp")).isEqualTo(2);
    assertThat(store.version("snapshot")).isEqualTo(1);
  }

  @Test
  void refresh_afterAFailure_goesOnFromThere() {
    repository.publish("targets");
    byte[] snapshot = repository.files.remove("metadata/2.snapshot.json");
    assertThatThrownBy(updater::refresh).isInstanceOf(FetchException.class);
    assertThatThrownBy(() -> updater.findTarget("x")).isInstanceOf(IllegalStateException.class);
    repository.files.put("metadata/2.snapshot.json", snapshot);

    updater.refresh();

    assertThat(store.version("snapshot")).isEqualTo(2);
  }

  @Test
  @Tag("R65")
  void refresh_serverDown_saysSo() {
    repository.failures.put(
        "metadata/2.root.json",
        FetchException.of(
            FetchException.Kind.UNREACHABLE,
            URI.create("https://user:secret@repository.example/metadata/2.root.json?token=x"),
            "connection refused",
            null));

    assertThatThrownBy(updater::refresh)
        .isInstanceOfSatisfying(
            FetchException.class, e -> assertThat(e.code()).isEqualTo("SOURCE_UNREACHABLE"))
        .hasMessageNotContaining("secret")
        .hasMessageNotContaining("token");
  }

  @Test
  void refresh_noRoot_saysWhatToDo() {
    assertThatThrownBy(() -> repository.updater(new MemoryMetadataStore(), clock).refresh())
        .isInstanceOfSatisfying(
            NoRootException.class, e -> assertThat(e.code()).isEqualTo("TRUST_NO_ROOT"));
    assertThat(repository.requests).isEmpty();
  }

  @Test
  void refresh_clockOfADeviceWithoutBattery_isAnErrorOfItsOwn() {
    clock.set(Instant.EPOCH);

    assertThatThrownBy(updater::refresh)
        .isInstanceOfSatisfying(
            ClockException.class, e -> assertThat(e.code()).isEqualTo("TRUST_CLOCK"))
        .hasMessageContaining("clock is before");
    assertThat(repository.requests).isEmpty();
  }

  @Test
  void refresh_clockPutBackSinceTheLastRefresh_isAnErrorOfItsOwn() {
    updater.refresh();
    clock.advance(Duration.ofHours(-23));
    updater.refresh();
    clock.advance(Duration.ofHours(-2));

    assertThatThrownBy(updater::refresh)
        .isInstanceOf(ClockException.class)
        .hasMessageContaining("clock is before");
    assertThatThrownBy(() -> repository.updater(store, clock).refresh())
        .isInstanceOf(ClockException.class);
  }

  @Test
  void refresh_cacheThatLagsBehind_isAskedAgain() {
    byte[] old = repository.files.get("metadata/timestamp.json");
    repository.publish("targets");
    updater.refresh();
    byte[] current = repository.files.put("metadata/timestamp.json", old);
    repository.duringPause = () -> repository.files.put("metadata/timestamp.json", current);

    updater.refresh();

    assertThat(repository.pauses).containsExactly(Duration.ofMillis(500));
    assertThat(store.version("timestamp")).isEqualTo(2);
  }

  @Test
  void refresh_storeChangedByAnotherProcess_isSeen() {
    updater.refresh();
    repository.addTarget("targets", "new", "new");
    repository.publish("targets");
    repository.updater(store, clock).refresh();
    byte[] old = repository.files.get("metadata/timestamp.json");

    updater.refresh();

    assertThat(updater.findTarget("new")).isPresent();
    assertThat(store.documents.get("timestamp")).isEqualTo(old);
  }

  @Test
  void initializeRoot_storeWithARoot_keepsItsOwn() {
    repository.publishRoot();
    updater.refresh();

    assertThat(store.initializeRoot(repository.files.get("metadata/1.root.json"))).isFalse();

    assertThat(store.version("root")).isEqualTo(2);
  }

  @Test
  void initializeRoot_notSignedByItself_isRefused() {
    byte[] unsigned = RawDocuments.sign(repository.nextRoot().toJson(), java.util.List.of());
    MemoryMetadataStore empty = new MemoryMetadataStore();

    assertThatThrownBy(() -> empty.initializeRoot(unsigned)).isInstanceOf(SignatureException.class);
    assertThatThrownBy(() -> empty.initializeRoot(new byte[0]))
        .isInstanceOf(MalformedException.class);
    assertThat(empty.documents).isEmpty();
  }

  @Test
  void refresh_expiredLocalMetadata_isReplacedByFreshMetadata() {
    repository.expiries.put("timestamp", RepositorySimulator.NOW.plus(Duration.ofDays(7)));
    repository.publishTimestamp();
    updater.refresh();
    clock.advance(Duration.ofDays(18));
    repository.expiries.put("timestamp", RepositorySimulator.NOW.plus(Duration.ofDays(21)));
    repository.publish("targets");

    repository.updater(store, clock).refresh();

    assertThat(store.version("targets")).isEqualTo(2);
  }

  /** Section 5.1: one time for the whole update, however long it takes. */
  @Test
  void refresh_whatExpiresWhileItRuns_isJudgedByTheTimeAtItsStart() {
    for (String role : List.of("timestamp", "snapshot", "targets")) {
      repository.expiries.put(role, RepositorySimulator.NOW.plus(Duration.ofHours(3)));
    }
    repository.publish("targets");
    Fetcher slow =
        (uri, offset) -> {
          clock.advance(Duration.ofHours(1));
          return repository.open(uri, offset);
        };
    Updater patient =
        new Updater(
            UpdaterSettings.of(RepositorySimulator.METADATA, RepositorySimulator.CONTENT),
            slow,
            store,
            clock);

    patient.refresh();

    assertThat(store.version("targets")).isEqualTo(2);
    assertThat(clock.instant()).isEqualTo(RepositorySimulator.NOW.plus(Duration.ofHours(4)));
    assertThatThrownBy(patient::refresh).isInstanceOf(ExpiredException.class);
  }

  /** A length that signed metadata states takes the place of the limits. */
  @Test
  void refresh_documentsBeyondTheLimitsWithStatedLengths_areFetched() {
    Limits defaults = Limits.defaults();
    Limits tight =
        new Limits(
            1,
            defaults.rootBytes(),
            defaults.timestampBytes(),
            10,
            10,
            defaults.delegatedRoles(),
            defaults.earliestTime());
    UpdaterSettings settings =
        UpdaterSettings.of(RepositorySimulator.METADATA, RepositorySimulator.CONTENT)
            .withLimits(tight);

    new Updater(settings, repository, store, clock).refresh();

    assertThat(store.version("targets")).isEqualTo(1);
    repository.statesLengthAndHashes = false;
    repository.publish("targets");
    assertThatThrownBy(() -> new Updater(settings, repository, store, clock).refresh())
        .isInstanceOf(LimitException.class);
  }
}
