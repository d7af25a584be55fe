package dev.lockstep.repository.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.repository.RepositoryCommand;
import dev.lockstep.repository.RepositoryDirectory;
import dev.lockstep.repository.Trees;
import dev.lockstep.repository.check.FolderFetcher;
import dev.lockstep.tuf.DirectoryMetadataStore;
import dev.lockstep.tuf.Updater;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Does what docs/publishing.md says, line by line. */
class PublishingDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/publishing.md");

  @TempDir private Path folder;
  private String lost = "";

  @Test
  @Tag("R74")
  @DisplayName("every command line of docs/publishing.md works, in its order")
  void document_everyCommandLine_succeedsAndADeviceFollows() throws Exception {
    Trees.small(folder.resolve("build"), "one");
    Trees.small(folder.resolve("build-next"), "two");
    List<String> lines = commandLines();
    Updater device = null;
    for (String line : lines) {
      run(line);
      if (device == null) {
        device = device();
      }
    }

    // The device knew the first root only at the beginning, and has slept since.
    device.refresh();
    assertThat(device.findTarget("stable/backend/backend-1.0.0.tar.gz")).isPresent();
    assertThat(device.findTarget("beta/backend/backend-1.0.0.tar.gz")).isEmpty();
    RepositoryDirectory directory = RepositoryDirectory.open(folder.resolve("repository"));
    assertThat(directory.current().root().role().roles().get("root").keyIds())
        .hasSize(4)
        .noneMatch(id -> id.startsWith(lost));
    assertThat(lost).hasSize(12);
    assertThat(folder.resolve("lockstep.zip")).isNotEmptyFile();
    assertThat(verbsIn(lines))
        .contains("init", "publish", "promote", "rollout", "withdraw", "diff", "refresh")
        .contains("verify", "sign", "merge", "rotate", "keygen", "bundle", "list");
  }

  private static List<String> commandLines() throws IOException {
    List<String> commands = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(DOCUMENT)) {
      if (line.startsWith("```")) {
        inside = line.equals("```sh");
      } else if (inside) {
        commands.add(line);
      }
    }
    return commands;
  }

  private static Set<String> verbsIn(List<String> lines) {
    Set<String> verbs = new TreeSet<>();
    lines.stream()
        .filter(line -> line.startsWith("lockstep-repo "))
        .forEach(line -> verbs.add(line.split(" ")[1]));
    return verbs;
  }

  private Updater device() throws IOException {
    DirectoryMetadataStore store = new DirectoryMetadataStore(folder.resolve("device"));
    store.initializeRoot(Files.readAllBytes(folder.resolve("repository/metadata/1.root.json")));
    Updater device =
        new Updater(
            FolderFetcher.settings(),
            new FolderFetcher(folder.resolve("repository")),
            store,
            Clock.systemUTC());
    device.refresh();
    return device;
  }

  private void run(String line) throws Exception {
    if (line.startsWith("lockstep-repo ")) {
      lockstepRepo(line.replace("$LOST", lost).split(" +"));
    } else if (line.startsWith("LOST=")) {
      lost = shell(line + "; echo $LOST").strip();
    } else {
      shell("LOST=" + lost + "; " + line);
    }
  }

  /** In this process, with every path under the folder of the test. */
  private void lockstepRepo(String... words) {
    List<String> arguments = new ArrayList<>();
    for (int i = 1; i < words.length; i++) {
      boolean path =
          words[i].matches(".*\\.(json|pub|zip)")
              || words[i].equals("vault")
              || words[i - 1].equals("--dir");
      arguments.add(path ? folder.resolve(words[i]).toString() : words[i]);
    }
    String verb = words[1];
    if (!Set.of("sign", "keygen").contains(verb)) {
      arguments.add("--repository=" + folder.resolve("repository"));
    }
    if (!arguments.contains("--keys")
        && !Set.of("verify", "diff", "bundle", "list").contains(verb)) {
      arguments.add("--keys=" + folder.resolve("keys"));
    }
    StringWriter output = new StringWriter();
    CommandLine line = RepositoryCommand.commandLine();
    line.setOut(new PrintWriter(output, true)).setErr(new PrintWriter(output, true));
    int code = line.execute(arguments.toArray(String[]::new));
    assertThat(code).describedAs("%s: %s", String.join(" ", words), output).isZero();
  }

  private String shell(String line) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-ec", line)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).describedAs("%s: %s", line, output).isZero();
    return output;
  }
}
