package dev.lockstep.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.app.doctor.Finding;
import dev.lockstep.app.doctor.Finding.Result;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people read on terminals, and programs from lines. */
@Tag("R163")
class FindingTextTest {
  private static final Finding LONG =
      new Finding(
          "repository",
          Result.FAILED,
          "cannot fetch http://updates.example.org/metadata/timestamp.json: it is very far away"
              + " and nobody has seen it for a long time\u001b[2J",
          "check source.metadata_url, the network, and the repository's server, in this order");

  @ParameterizedTest
  @ValueSource(ints = {80, 120})
  void of_longFinding_fitsTheTerminalAndSteersNothing(int width) {
    String text = new FindingText(width).of(LONG);

    assertThat(text.lines()).hasSizeGreaterThan(2).allMatch(line -> line.length() <= width);
    assertThat(text).startsWith("repository  failed   cannot fetch").contains("-> check source.");
    assertThat(text).doesNotContain("\u001b");
  }

  @Test
  void json_findingAndSum_areALineEach() {
    assertThat(FindingText.json(LONG))
        .startsWith("{\"check\":\"repository\",\"result\":\"failed\",\"seen\":\"cannot fetch")
        .doesNotContain("\n");
    assertThat(FindingText.json(Map.of(Result.OK, 3, Result.FAILED, 1)))
        .isEqualTo("{\"sum\":{\"ok\":3,\"warning\":0,\"failed\":1}}");
    assertThat(new FindingText(80).sum(Map.of(Result.OK, 3, Result.WARNING, 1)))
        .contains("3 ok, 1 warning, 0 failed");
  }
}
