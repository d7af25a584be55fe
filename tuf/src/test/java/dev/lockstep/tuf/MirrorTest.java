package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several servers of one repository, of which some are down, behind, or hostile. */
class MirrorTest {
  private static final String PATH = "dir/file";

  @TempDir Path folder;

  private final RepositorySimulator repository = new RepositorySimulator();
  private final RepositorySimulator mirror = new RepositorySimulator();
  private final ManualClock clock = new ManualClock();
  private final MemoryMetadataStore store = repository.initializedStore();
  private Updater updater;

  @BeforeEach
  void publishAtBoth() {
    repository.addTarget("targets", PATH, "content");
    repository.publish("targets");
    mirror();
    updater = updater();
  }

  private Updater updater() {
    Map<String, RepositorySimulator> hosts =
        Map.of("repository.example", repository, "mirror.example", mirror);
    UpdaterSettings settings =
        UpdaterSettings.of(RepositorySimulator.METADATA, RepositorySimulator.CONTENT)
            .withMirrors(
                List.of(URI.create("https://mirror.example/metadata")),
                List.of(URI.create("https://mirror.example/targets")));
    return new Updater(
        settings,
        (uri, offset) -> hosts.get(uri.getHost()).open(uri, offset),
        store,
        clock,
        repository.pauses::add);
  }

  /** Brings the mirror up to date. */
  private void mirror() {
    mirror.files.clear();
    mirror.files.putAll(repository.files);
    repository.requests.clear();
    mirror.requests.clear();
  }

  private void down(RepositorySimulator server) {
    for (String path : List.copyOf(server.files.keySet())) {
      fail(server, path);
    }
    fail(server, "metadata/2.root.json");
  }

  private static void fail(RepositorySimulator server, String path) {
    server.failures.put(
        path,
        FetchException.of(
            FetchException.Kind.UNREACHABLE, URI.create("https://h/" + path), "it is down", null));
  }

  private String content() {
    return new String(updater.fetchSmall(updater.getTarget(PATH), 100), StandardCharsets.UTF_8);
  }

  private String contentPath() {
    return repository.files.keySet().stream()
        .filter(path -> path.startsWith("targets/"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void refresh_firstMirrorWorks_asksNoOther() throws IOException {
    updater.refresh();
    updater.download(updater.getTarget(PATH), folder.resolve("file"));

    assertThat(mirror.requests).isEmpty();
  }

  @Test
  @Tag("R65")
  void refresh_firstMirrorDown_usesTheSecond() throws IOException {
    down(repository);

    updater.refresh();

    assertThat(content()).isEqualTo("content");
    updater.download(updater.getTarget(PATH), folder.resolve("file"));
    assertThat(folder.resolve("file")).hasContent("content");
    assertThat(repository.requests)
        .as("metadata goes on where the timestamp came from")
        .doesNotContain("2.snapshot.json");
  }

  @Test
  @Tag("R65")
  void refresh_allMirrorsDown_reportsThePreferredOneAndKeepsTheOthers() {
    down(repository);
    fail(mirror, "metadata/2.root.json");

    assertThatThrownBy(updater::refresh)
        .isInstanceOfSatisfying(
            FetchException.class,
            e -> {
              assertThat(e.code()).isEqualTo("SOURCE_UNREACHABLE");
              assertThat(e.getSuppressed()).hasSize(1);
            });
  }

  @Test
  @Tag("R75")
  void freeze_mirrorThatStandsStill_isLeftForAnotherOnceItsMetadataExpires() {
    repository.expiries.put("timestamp", RepositorySimulator.NOW.plus(Duration.ofDays(1)));
    repository.publishTimestamp();
    Map<String, byte[]> frozen = Map.copyOf(repository.files);
    repository.expiries.clear();
    repository.publish("targets");
    mirror();
    repository.files.clear();
    repository.files.putAll(frozen);
    clock.advance(Duration.ofDays(2));

    updater.refresh();

    assertThat(mirror.requests).contains("timestamp.json", "3.targets.json");
  }

  @Test
  @Tag("R75")
  void rollback_mirrorThatLagsBehind_isLeftForAnotherWithoutWaiting() {
    updater.refresh();
    byte[] older = repository.files.get("metadata/timestamp.json");
    repository.publish("targets");
    mirror();
    updater.refresh();
    repository.files.put("metadata/timestamp.json", older);

    updater.refresh();

    assertThat(repository.pauses).isEmpty();
    assertThat(mirror.requests).contains("timestamp.json");
  }

  @Test
  @Tag("R75")
  void rollback_allMirrorsServeOlderMetadata_isRefused() {
    updater.refresh();
    Map<String, byte[]> older = Map.copyOf(repository.files);
    repository.publish("targets");
    updater.refresh();
    repository.files.putAll(older);
    mirror();

    assertThatThrownBy(updater::refresh).isInstanceOf(RollbackException.class);
  }

  @Test
  void refresh_mirrorThatKeepsBackARoot_isLeftForAnother() {
    byte[] oldTimestamp = repository.files.get("metadata/timestamp.json");
    repository.expiries.put("timestamp", RepositorySimulator.NOW.plus(Duration.ofDays(20)));
    repository.rotate("timestamp");
    repository.publishRoot();
    repository.publish("targets");
    mirror();
    repository.files.remove("metadata/2.root.json");

    updater.refresh();

    assertThat(store.rootHistory()).first().isEqualTo(2L);
    assertThat(store.documents.get("timestamp")).isNotEqualTo(oldTimestamp);
  }

  @Test
  @Tag("R74")
  void maliciousMirror_forgedMetadata_isPassedOverForAGoodMirror() {
    RepositorySimulator attacker = new RepositorySimulator();
    attacker.addTarget("targets", PATH, "evil");
    attacker.publish("targets");
    repository.files.putAll(attacker.files);

    updater.refresh();

    assertThat(content()).isEqualTo("content");
  }

  @Test
  @Tag("R74")
  void maliciousMirror_oneForgedDocument_isFetchedFromAnother() {
    repository.files.put("metadata/2.targets.json", "{}".getBytes(StandardCharsets.UTF_8));
    repository.endless.add("metadata/2.snapshot.json");

    updater.refresh();

    assertThat(mirror.requests).containsExactly("2.snapshot.json", "2.targets.json");
    assertThat(content()).isEqualTo("content");
  }

  @Test
  @Tag("R78")
  void maliciousMirror_wrongOrEndlessContent_isFetchedFromAnotherAndNothingIsLeft()
      throws IOException {
    updater.refresh();
    repository.files.put(contentPath(), "content".replace('c', 'k').getBytes());
    Path destination = folder.resolve("file");

    updater.download(updater.getTarget(PATH), destination);
    assertThat(destination).hasContent("content");
    Files.delete(destination);
    repository.endless.add(contentPath());
    updater.download(updater.getTarget(PATH), destination);

    assertThat(destination).hasContent("content");
    assertThat(content()).isEqualTo("content");
    assertThat(folder).isDirectoryContaining("glob:**file").isDirectoryNotContaining("glob:**.*");
  }

  @Test
  @Tag("R78")
  void maliciousMirror_noGoodOne_isRefused() {
    updater.refresh();
    repository.files.put(contentPath(), "konkret".getBytes(StandardCharsets.UTF_8));
    mirror.files.put(contentPath(), "konkret".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> updater.download(updater.getTarget(PATH), folder.resolve("file")))
        .isInstanceOf(LengthOrHashException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @Tag("R74")
  void extraneousDependency_targetAddedByAMirror_isNotFound() {
    // A mirror that wants a device to fetch more than the publisher asked for has to sign it.
    RepositorySimulator attacker = new RepositorySimulator();
    attacker.signers.put("targets", List.copyOf(attacker.signers.get("targets")));
    attacker.addTarget("targets", PATH, "content");
    attacker.addTarget("targets", "extra", "more");
    attacker.publish("targets");
    repository.files.put("metadata/2.targets.json", attacker.files.get("metadata/2.targets.json"));

    updater.refresh();

    assertThat(updater.findTarget("extra")).isEmpty();
    assertThat(content()).isEqualTo("content");
  }

  @Test
  void refresh_diskFails_isNotBlamedOnAMirror() {
    MetadataStore broken =
        new ForwardingMetadataStore(store) {
          @Override
          public void save(String role, byte[] bytes) {
            throw new StoreException("cannot write: no space left", null);
          }
        };
    UpdaterSettings settings =
        UpdaterSettings.of(RepositorySimulator.METADATA, RepositorySimulator.CONTENT)
            .withMirrors(List.of(URI.create("https://mirror.example/metadata")), List.of());

    assertThatThrownBy(() -> new Updater(settings, repository, broken, clock).refresh())
        .isInstanceOf(StoreException.class);
    assertThat(repository.requests).containsOnlyOnce("timestamp.json");
  }

  @Test
  void settings_mirrors_keepTheirOrderWithoutRepetition() {
    URI one = URI.create("https://one.example/");
    URI two = URI.create("https://two.example/x");

    UpdaterSettings settings =
        UpdaterSettings.of(one, one).withMirrors(List.of(two, one), List.of());

    assertThat(settings.metadataUrls()).containsExactly(one, URI.create("https://two.example/x/"));
    assertThat(settings.contentUrls()).containsExactly(one);
    assertThatThrownBy(() -> new UpdaterSettings(List.of(), List.of(one), Limits.defaults(), null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
