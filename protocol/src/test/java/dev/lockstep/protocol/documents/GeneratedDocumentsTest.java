package dev.lockstep.protocol.documents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents say what the code says. */
class GeneratedDocumentsTest {

  static Arguments[] documents() {
    return new Arguments[] {
      of("topics.md", TopicsDocument::render),
      of("asyncapi.yaml", AsyncApiDocument::render),
      of("errors.md", ErrorsDocument::render)
    };
  }

  private static Arguments of(String name, Supplier<String> renderer) {
    return Arguments.of(name, renderer);
  }

  @ParameterizedTest(name = "docs/{0}")
  @MethodSource("documents")
  void document_always_isNewestGeneration(String name, Supplier<String> renderer)
      throws IOException {
    Path file = Path.of("../docs").resolve(name);
    if (Boolean.getBoolean("lockstep.regenerate")) {
      Files.writeString(file, renderer.get());
    }

    assertThat(Files.readString(file))
        .as("run ./mvnw -pl protocol test -Dlockstep.regenerate=true")
        .isEqualTo(renderer.get());
  }

  @Test
  void errors_everyCode_hasOneSection() {
    assertThat(ErrorsDocument.entries())
        .extracting(ErrorsDocument.Entry::number)
        .containsExactlyElementsOf(
            Arrays.stream(ErrorCode.values())
                .filter(code -> code != ErrorCode.UNRECOGNIZED)
                .map(ErrorCode::getNumber)
                .filter(number -> number != 0)
                .sorted()
                .toList());
    assertThat(ErrorsDocument.render().lines().filter(line -> line.startsWith("## ")))
        .hasSize(ErrorsDocument.entries().size())
        .doesNotHaveDuplicates();
  }

  @Test
  void topics_everyTopic_hasASectionAndASaying() {
    ProtoComments comments = ProtoComments.load();

    assertThat(Topics.all())
        .allSatisfy(
            topic -> {
              assertThat(TopicsDocument.render()).contains("\n## `" + topic.name() + "`\n");
              assertThat(comments.line(Types.descriptor(topic).getFullName()))
                  .as("comment of the message of %s", topic)
                  .isNotEmpty();
            });
  }
}
