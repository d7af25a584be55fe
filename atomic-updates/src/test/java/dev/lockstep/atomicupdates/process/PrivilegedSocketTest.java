package dev.lockstep.atomicupdates.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.port.PackageUpgrades.Answer;
import dev.lockstep.atomicupdates.port.PackageUpgrades.End;
import dev.lockstep.atomicupdates.process.UnitCommands.Verb;
import dev.lockstep.config.DeviceSettings.Privileges;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Lockstep makes of the root helper's answers. The helper itself: HelperTest. */
class PrivilegedSocketTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "'log Setting up a;end 0', DONE, ''",
    "'log E: held;end 100', FAILED, 'the package manager ended with exit 100: E: held'",
    "'refused another change of packages is going on', BUSY, 'another change'",
    "'refused a package is not among those that root allowed', REFUSED, 'not among those'",
    "'', REFUSED, 'was gone before it was done'",
    "'log Setting up a', FAILED, 'was gone before it was done'",
  })
  @Tag("R95")
  void upgrade_anyAnswer_saysWhetherAnythingMayHaveBeenChanged(String lines, End end, String why)
      throws Exception {
    List<String> heard = new ArrayList<>();
    try (FakeHelper helper =
        new FakeHelper(
            folder.resolve("socket"),
            request -> lines.isEmpty() ? List.of() : List.of(lines.split(";")))) {
      Answer answer = new PrivilegedSocket(helper.socket).upgrade(List.of("a", "b"), heard::add);

      assertThat(answer.end()).isEqualTo(end);
      assertThat(answer.why()).contains(why);
      assertThat(helper.requests).containsExactly("packages upgrade a b");
      assertThat(heard).noneMatch(line -> line.startsWith("log "));
    }
  }

  @Test
  @Tag("R118")
  void tryDry_helperIsNotThere_isRefusedAtOnceAndSaysWhatToDo() throws Exception {
    Answer answer = new PrivilegedSocket(folder.resolve("none")).tryDry(List.of("a"), line -> {});

    assertThat(answer.end()).isEqualTo(End.REFUSED);
    assertThat(answer.why())
        .contains("does not answer")
        .endsWith("systemctl start lockstep-helper.socket");
  }

  @Test
  @Tag("R102")
  void unitCommand_byTheHelper_saysTheSameLineAsToSudo() throws Exception {
    try (FakeHelper helper =
        new FakeHelper(folder.resolve("socket"), request -> List.of("refused not allowed"))) {
      UnitCommands commands =
          new UnitCommands(Privileges.HELPER, List.of(), new PrivilegedSocket(helper.socket));

      assertThat(commands.run(Verb.RESTART, "backend.service"))
          .hasValueSatisfying(
              why -> assertThat(why).contains("\"restart\" of backend.service was refused"));
      assertThat(helper.requests.get(0) + "\n")
          .isEqualTo(UnitCommands.input(Privileges.SUDO, Verb.RESTART, "backend.service"));
    }
  }
}
