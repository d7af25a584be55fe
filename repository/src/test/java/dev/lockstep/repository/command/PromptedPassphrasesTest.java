package dev.lockstep.repository.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.repository.RepositoryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the passphrase of an encrypted key comes from. */
@Tag("R148")
class PromptedPassphrasesTest {
  @TempDir private Path folder;
  private final List<String> asked = new ArrayList<>();

  private PromptedPassphrases typing(boolean encryptNew, String environment, String... typed) {
    Deque<String> lines = new ArrayDeque<>(List.of(typed));
    PromptedPassphrases.Terminal terminal =
        question -> {
          asked.add(question);
          return lines.isEmpty() ? null : lines.remove().toCharArray();
        };
    return new PromptedPassphrases(
        encryptNew, Optional.ofNullable(environment), () -> Optional.of(terminal));
  }

  private Path key() throws IOException {
    return Files.writeString(folder.resolve("root.abc.key"), "{}");
  }

  @Test
  void forKey_existingKey_asksOnceForThatFile() throws IOException {
    PromptedPassphrases passphrases = typing(false, null, "correct horse");

    assertThat(passphrases.forKey(key())).contains("correct horse".toCharArray());

    assertThat(asked).containsExactly("Passphrase of " + key() + ": ");
  }

  @Test
  void forKey_newKeys_areAskedForTwiceAndTheFirstAnswerServesAll() {
    PromptedPassphrases passphrases = typing(true, null, "correct horse", "correct horse");

    char[] first = passphrases.forKey(folder.resolve("root.key")).orElseThrow();
    java.util.Arrays.fill(first, ' ');

    assertThat(passphrases.forKey(folder.resolve("targets.key")))
        .contains("correct horse".toCharArray());
    assertThat(asked).containsExactly("Passphrase for new keys: ", "The same again: ");
  }

  @Test
  void forKey_newKeyTypedDifferentlyOrEmptyOrEnded_isRefused() {
    for (String[] typed :
        new String[][] {{"correct horse", "correct house"}, {"", ""}, {"correct horse"}, {}}) {
      assertThatThrownBy(() -> typing(true, null, typed).forKey(folder.resolve("root.key")))
          .isInstanceOf(RepositoryException.KeyUnusable.class)
          .hasMessageContaining("LOCKSTEP_KEY_PASSPHRASE")
          .hasMessageNotContaining("correct");
    }
  }

  @Test
  void forKey_environment_goesBeforeTheTerminal() throws IOException {
    PromptedPassphrases passphrases = typing(true, "battery staple", "correct horse");

    assertThat(passphrases.forKey(key())).contains("battery staple".toCharArray());
    assertThat(passphrases.forKey(folder.resolve("new.key")))
        .contains("battery staple".toCharArray());

    assertThat(asked).isEmpty();
    assertThat(typing(false, "", "typed").forKey(key()))
        .as("an empty variable is none")
        .contains("typed".toCharArray());
  }

  @Test
  void forKey_noTerminal_nothingForAnExistingKeyAndNoNewOne() throws IOException {
    PromptedPassphrases passphrases =
        new PromptedPassphrases(true, Optional.empty(), Optional::empty);

    assertThat(passphrases.forKey(key())).isEmpty();
    assertThatThrownBy(() -> passphrases.forKey(folder.resolve("root.key")))
        .hasMessageContaining("there is no terminal");
  }

  @Test
  void forKey_newKeysThatNobodyWantsEncrypted_asksNothing() {
    assertThat(typing(false, null, "x").forKey(folder.resolve("root.key"))).isEmpty();
    assertThat(asked).isEmpty();
  }
}
