package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A repository that the reference implementation made and signed, with Ed25519, ECDSA and RSA keys;
 * see {@code generate.py} beside it.
 */
class ReferenceRepositoryTest {
  private final List<String> requests = new ArrayList<>();
  private final MemoryMetadataStore store = new MemoryMetadataStore();
  private Path repository;
  private Updater updater;

  @BeforeEach
  void refreshFromTheFirstRoot() throws IOException, URISyntaxException {
    repository =
        Path.of(getClass().getResource("/reference-repository/metadata").toURI()).getParent();
    store.initializeRoot(Files.readAllBytes(repository.resolve("metadata/1.root.json")));
    updater =
        new Updater(
            UpdaterSettings.of(
                URI.create("https://repository.example/metadata/"),
                URI.create("https://repository.example/targets/")),
            this::open,
            store,
            new ManualClock());
    updater.refresh();
  }

  /** Encoded names are taken as they are: the reference writes files under encoded names. */
  private Download open(URI uri, long offset) {
    String path = uri.getRawPath().substring(1);
    requests.add(path);
    Path file = repository.resolve(path);
    if (!Files.exists(file)) {
      throw FetchException.ofStatus(FetchException.Kind.CLIENT_ERROR, uri, 404, "no such file");
    }
    try {
      return new Download(Files.newInputStream(file), 0, OptionalLong.of(Files.size(file)));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String content(String path) {
    TargetFile target = updater.findTarget(path).orElseThrow();
    return new String(updater.fetchSmall(target, 1_000), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  @Tag("R47")
  @Tag("R74")
  void refresh_rotatedRootAndAllSchemes_areVerified() {
    assertThat(store.rootHistory()).containsExactly(2L, 1L);
    assertThat(requests)
        .containsExactly(
            "metadata/2.root.json",
            "metadata/3.root.json",
            "metadata/timestamp.json",
            "metadata/1.snapshot.json",
            "metadata/1.targets.json");
  }

  @Test
  void fetchSmall_targetsOfEveryKindOfDelegation_areFound() {
    assertThat(content("top.txt")).isEqualTo("top");
    assertThat(content("stable/backend/backend-1.0.0.txt")).isEqualTo("stable backend");
    assertThat(content("odd/file.txt")).isEqualTo("odd");
    for (int i = 0; i < 20; i++) {
      assertThat(content("many/file-" + i + ".txt")).isEqualTo("file " + i);
    }
    assertThat(updater.findTarget("many/file-20.txt")).isEmpty();
    assertThat(requests)
        .contains("metadata/1.many.json", "metadata/1...%2Fodd%20%3F%23%C3%A4.json");
  }

  @Test
  void targetsOf_delegatedRole_hasItsTargetAndCustomFacts() {
    assertThat(updater.targetsOf("stable"))
        .singleElement()
        .satisfies(
            target -> {
              assertThat(target.path()).isEqualTo("stable/backend/backend-1.0.0.txt");
              assertThat(target.customJson()).contains("\"number\":-1").contains("ä\\n\\t");
            });
  }
}
