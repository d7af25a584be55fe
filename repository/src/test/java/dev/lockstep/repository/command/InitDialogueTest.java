package dev.lockstep.repository.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.repository.RepositoryDirectory;
import dev.lockstep.tuf.metadata.RoleKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class InitDialogueTest {
  @TempDir private Path folder;
  private final List<String> asked = new ArrayList<>();

  private int init(Map<String, String> answers, String... more) {
    InitCommand command = new InitCommand();
    command.setDialogue(
        (question, proposal) -> {
          asked.add(question);
          return answers.entrySet().stream()
              .filter(answer -> question.startsWith(answer.getKey()))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse(proposal);
        });
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--repository=" + folder.resolve("repository"),
                "--keys=" + folder.resolve("keys")));
    arguments.addAll(List.of(more));
    return new CommandLine(command).execute(arguments.toArray(String[]::new));
  }

  private RoleKeys keysOf(String role) {
    return RepositoryDirectory.open(folder.resolve("repository"))
        .current()
        .root()
        .role()
        .roles()
        .get(role);
  }

  @Test
  void init_onATerminal_asksAndDoesAsTold() {
    int code =
        init(
            Map.of(
                "Encrypt", "no",
                "How long a timestamp", "12h",
                "Type", "ecdsa-sha2-nistp256",
                "How many targets", "2"));

    assertThat(code).isZero();
    assertThat(asked).hasSize(9);
    assertThat(keysOf("root").keyIds()).hasSize(3);
    assertThat(keysOf("root").threshold()).isEqualTo(2);
    assertThat(keysOf("targets").keyIds()).hasSize(2);
    RepositoryDirectory directory = RepositoryDirectory.open(folder.resolve("repository"));
    assertThat(directory.settings().expiry()).containsEntry("timestamp", Duration.ofHours(12));
    assertThat(directory.current().root().role().keys().values())
        .allSatisfy(key -> assertThat(key.scheme()).isEqualTo("ecdsa-sha2-nistp256"));
  }

  @Test
  void init_withFlagsOrYes_asksNothing() {
    assertThat(init(Map.of(), "--yes")).isZero();
    assertThat(asked).isEmpty();
    assertThat(keysOf("root").threshold()).isEqualTo(1);
  }

  @Test
  void init_answerThatIsNone_wrongUsage() {
    assertThat(init(Map.of("How many root", "many"))).isEqualTo(2);
    assertThat(folder.resolve("repository")).doesNotExist();
  }
}
