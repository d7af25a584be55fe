package dev.lockstep.repository.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.repository.RepositoryCommand;
import dev.lockstep.repository.Trees;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Releases that are published as a link to a store. */
class StoreLinkTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path tree;

  @BeforeEach
  void makeTree() throws IOException {
    tree = Trees.small(folder.resolve("tree"), "text");
  }

  private int run(String... arguments) {
    CommandLine line = RepositoryCommand.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--repository=" + folder.resolve("repository"));
    if (!List.of("list", "verify", "diff").contains(arguments[0])) {
      all.add("--keys=" + folder.resolve("keys"));
    }
    return line.execute(all.toArray(String[]::new));
  }

  private int publish(String... more) {
    List<String> all =
        new ArrayList<>(List.of("publish", "--component", "backend", "--version", "1.0.0"));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  @Test
  @Tag("R111")
  void publish_storeLink_isSignedListedVerifiedAndPromotedWithoutContent() throws IOException {
    String[] app = {"--component", "mobile-app", "--version", "2.0.0", "--channel"};
    assertThat(run("init")).isZero();
    List<String> words = new ArrayList<>(List.of("publish"));
    words.addAll(List.of(app));
    words.addAll(List.of("beta", "--store-link", "https://store.example/app?id=7"));
    words.addAll(List.of("--minimum-version", "1.8.0", "--requires", "backend=^1.0.0"));
    assertThat(run(words.toArray(String[]::new))).describedAs("%s", err).isZero();
    words = new ArrayList<>(List.of("promote", "--from", "beta", "--to", "stable"));
    words.addAll(List.of(app).subList(0, 4));
    assertThat(run(words.toArray(String[]::new))).describedAs("%s", err).isZero();
    assertThat(run("verify", "--ignore", "no-spare-key", "--ignore", "weak-threshold"))
        .describedAs("%s%s", out, err)
        .isZero();
    out.getBuffer().setLength(0);

    assertThat(run("list", "--json")).isZero();

    JsonNode releases = JsonMapper.shared().readTree(out.toString()).get("releases");
    assertThat(releases.size()).isEqualTo(2);
    JsonNode release = releases.get(0);
    assertThat(release.get("kind").stringValue()).isEqualTo("external");
    assertThat(release.get("store_link").stringValue()).isEqualTo("https://store.example/app?id=7");
    assertThat(release.get("minimum_version").stringValue()).isEqualTo("1.8.0");
    assertThat(release.get("artifacts").isEmpty()).isTrue();
    assertThat(run("list")).isZero();
    assertThat(out.toString()).contains("in the store: https://store.example/app?id=7");
  }

  @Test
  @Tag("R111")
  void publish_storeLinkThenContent_makesNoDeltaFromTheStore() throws IOException {
    assertThat(run("init")).isZero();
    assertThat(publish("--store-link", "https://store.example/app")).isZero();
    assertThat(out.toString()).contains("minimum version 1.0.0");

    int next =
        run("publish", "--component", "backend", "--version", "1.1.0", "--dir", tree.toString());

    assertThat(next).describedAs("%s", err).isZero();
    assertThat(run("diff", "--component", "backend", "stable:1.0.0", "stable:1.1.0")).isNotZero();
    assertThat(err.toString()).contains("the content of backend 1.0.0 is in a store");
  }

  @ParameterizedTest
  @Tag("R111")
  @ValueSource(
      strings = {
        "--store-link http://store.example/app",
        "--store-link https://store.example/app --minimum-version 1.0.1",
        "--store-link https://store.example/app --minimum-version new",
        "--store-link https://store.example/app --format zip",
        "--store-link https://store.example/app --delta-from 0.9.0",
        "--store-link https://store.example/app --dir TREE",
        "--minimum-version 1.0.0"
      })
  void publish_storeLinkThatIsNotWhole_isRefusedAndNothingIsListed(String words)
      throws IOException {
    assertThat(run("init")).isZero();

    assertThat(publish(words.replace("TREE", tree.toString()).split(" "))).isNotZero();

    out.getBuffer().setLength(0);
    assertThat(run("list", "--json")).isZero();
    assertThat(JsonMapper.shared().readTree(out.toString()).get("releases").isEmpty()).isTrue();
  }
}
