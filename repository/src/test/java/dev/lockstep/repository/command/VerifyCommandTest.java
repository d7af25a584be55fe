package dev.lockstep.repository.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.repository.RepositoryCommand;
import dev.lockstep.repository.Trees;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

/** {@code lockstep-repo verify}: what it finds is tested beside it, here is what it tells. */
class VerifyCommandTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--repository=" + folder.resolve("repository"));
    if (!arguments[0].equals("verify")) {
      all.add("--keys=" + folder.resolve("keys"));
    }
    CommandLine line = RepositoryCommand.commandLine();
    line.setOut(new PrintWriter(out, true));
    return line.execute(all.toArray(String[]::new));
  }

  private int verifyQuietly() {
    return run("verify", "--ignore", "weak-threshold", "--ignore", "no-spare-key");
  }

  @BeforeEach
  void publish() throws IOException {
    Path tree = Trees.small(folder.resolve("tree"), "text");
    run("init");
    run("publish", "--component=backend", "--version=1.0.0", "--dir=" + tree);
  }

  @Test
  @Tag("R130")
  @DisplayName("for monitoring: 0 all is well, 4 warnings only")
  void verify_soundRepository_zeroOrFourForWarnings() {
    assertThat(verifyQuietly()).isZero();
    assertThat(out).hasToString("all is well\n");

    assertThat(run("verify")).isEqualTo(4);
    assertThat(out.toString()).contains("warning weak-threshold: ");
    assertThat(run("verify", "--within", "400d", "--json")).isEqualTo(4);
    assertThat(JsonMapper.shared().readTree(out.toString()).get("findings").toString())
        .contains("expires-soon", "weak-threshold")
        .doesNotContain("\"failure\":true");
  }

  @Test
  @Tag("R130")
  @DisplayName("for monitoring: 1 readers refuse something")
  void verify_contentThatReadersRefuse_one() throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("repository/targets"))) {
      Path archive = all.filter(f -> f.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
      Files.write(archive, new byte[] {1});
    }

    assertThat(verifyQuietly()).isEqualTo(1);
    assertThat(out.toString()).startsWith("failed  content: ");
    assertThat(run("verify", "--skip-content")).isEqualTo(4);
  }
}
