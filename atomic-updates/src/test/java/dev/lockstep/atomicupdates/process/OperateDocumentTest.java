package dev.lockstep.atomicupdates.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.DeviceSettings.Privileges;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/operate.md agrees with what install.sh does. */
class OperateDocumentTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(/[^`]+)` \\| \\w+, (\\d{4}) \\|");

  @TempDir Path folder;
  private final String document = read("docs/operate.md");

  private static String read(String file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void install() throws Exception {
    CommandRun.Result result =
        CommandRun.run(
            new ProcessBuilder(
                ROOT.resolve("packaging/install.sh").toString(),
                "--root",
                folder.toString(),
                "--no-user"),
            Duration.ofSeconds(60));
    assertThat(result.trouble()).as(result.toString()).isEmpty();
  }

  @Test
  @Tag("R155")
  void everyPathOfTheTable_isMadeWithThatMode_andNoOtherFileIs() throws Exception {
    install();
    Map<String, String> documented = new LinkedHashMap<>();
    for (Matcher row = ROW.matcher(document); row.find(); ) {
      documented.put(row.group(1), row.group(2));
    }
    assertThat(documented).hasSizeGreaterThan(12);
    documented.forEach(
        (path, mode) ->
            assertThat(mode(folder.resolve(path.substring(1)))).as(path).isEqualTo(mode));
    try (var files = Files.walk(folder)) {
      assertThat(
              files
                  .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                  .map(file -> "/" + folder.relativize(file)))
          .isSubsetOf(documented.keySet());
    }
  }

  private static String mode(Path path) {
    try {
      int mode = 0;
      Set<PosixFilePermission> set = Files.getPosixFilePermissions(path);
      for (char letter : PosixFilePermissions.toString(set).toCharArray()) {
        mode = mode * 2 + (letter == '-' ? 0 : 1);
      }
      return "%04o".formatted(mode);
    } catch (IOException missing) {
      return missing.toString();
    }
  }

  @Test
  void everyOptionAndProgram_isOneThatIsThere() {
    String script = read("packaging/install.sh");
    for (Matcher option = Pattern.compile("(?m)^\\| `(--[a-z-]+)").matcher(document);
        option.find(); ) {
      assertThat(script).contains(option.group(1));
    }
    for (Matcher program = Pattern.compile("packaging/[a-z.-]+").matcher(document);
        program.find(); ) {
      assertThat(ROOT.resolve(program.group())).isExecutable();
    }
    for (Matcher link = Pattern.compile("\\]\\(([a-z0-9/.-]+\\.md)\\)").matcher(document);
        link.find(); ) {
      assertThat(ROOT.resolve("docs").resolve(link.group(1))).exists();
    }
  }

  @Test
  @Tag("R102")
  void thePrivilegedCommand_isTheOneThatIsRun() {
    assertThat(document)
        .contains(
            "\n"
                + String.join(
                    " ",
                    UnitCommands.words(
                        Privileges.SUDO, UnitCommands.Verb.RESTART, "backend.service"))
                + "\n")
        .contains(
            "`"
                + String.join(
                    " ",
                    UnitCommands.words(
                        Privileges.POLKIT, UnitCommands.Verb.RESTART, "backend.service"))
                + "`");
    List<String> files = List.of("lock", "confirmed", "starts", "fallback");
    String launcher = read("bin/lockstep-launcher");
    for (String file : files) {
      assertThat(launcher).contains("$state/" + file);
      assertThat(document).contains("| `" + file + "` |");
    }
  }
}
