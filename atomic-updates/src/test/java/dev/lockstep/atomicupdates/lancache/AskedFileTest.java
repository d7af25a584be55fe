package dev.lockstep.atomicupdates.lancache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.SourceSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R107")
class AskedFileTest {
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final SourceSettings SOURCE =
      new SourceSettings(
          URI.create("https://example.org/repo/metadata/"),
          URI.create("https://cdn.example.org/targets/"),
          Path.of("root.json"),
          false,
          Optional.empty(),
          SourceSettings.Via.DIRECT);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/metadata/",
        "/metadata",
        "/targets/../metadata/root.json",
        "/targets/%2e%2e/secret",
        "/targets/a/%2E./b",
        "/targets/..%2fsecret",
        "/targets/..%5csecret",
        "/targets//etc/passwd",
        "/targets/./a",
        "/targets/a%00b",
        "/targets/a%0d%0aHost:x",
        "/targets/a b",
        "/targets/a?b",
        "/targets/a#b",
        "/targets/a:80@other/",
        "/other/file",
        "/metadatax/root.json",
        "http://other.example.org/metadata/root.json",
        "//other.example.org/metadata/root.json",
        "@other.example.org/metadata/root.json",
        "*",
        "/targets/%",
        "/targets/%zz",
        ""
      })
  void of_anythingElseThanAFileOfTheRepository_isNothing(String path) {
    assertThat(AskedFile.of(path, SOURCE)).isEmpty();
    assertThat(AskedFile.of(null, SOURCE)).isEmpty();
    assertThat(AskedFile.of("/targets/" + "a".repeat(2000), SOURCE)).isEmpty();
  }

  @Test
  void of_filesOfTheRepository_areTheRepositorysOnly() {
    assertThat(upstream("/metadata/timestamp.json"))
        .isEqualTo("https://example.org/repo/metadata/timestamp.json");
    assertThat(upstream("/metadata/3.role%2Fwith%20space.json"))
        .isEqualTo("https://example.org/repo/metadata/3.role%2Fwith%20space.json");
    assertThat(upstream("/targets/stable/backend/" + HASH + ".backend-1.1.0.tar.gz"))
        .startsWith("https://cdn.example.org/targets/stable/backend/" + HASH);
  }

  @Test
  void of_kinds_areKeptAsLongAsTheyMayBe() {
    AskedFile target = asked("/targets/a/" + HASH + ".x");
    assertThat(target.hash()).contains(HASH);
    assertThat(target.key()).isEqualTo("t-" + HASH);
    assertThat(asked("/metadata/timestamp.json").maxAge()).isLessThan(Duration.ofSeconds(5));
    assertThat(asked("/metadata/targets.json").maxAge()).isLessThan(Duration.ofSeconds(5));
    assertThat(asked("/metadata/12.snapshot.json").maxAge()).isGreaterThan(Duration.ofMinutes(1));
    assertThat(asked("/targets/no-hash.tar.gz").kept()).isFalse();
    assertThat(asked("/metadata/1.a.json").key()).isNotEqualTo(asked("/metadata/1.b.json").key());
  }

  private static AskedFile asked(String path) {
    return AskedFile.of(path, SOURCE).orElseThrow();
  }

  private static String upstream(String path) {
    return asked(path).upstreams().get(0).toString();
  }
}
