package dev.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Internal;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Bytes that once travelled are read as the same message for ever. The first line of a golden file
 * is the message in hexadecimal, the rest is the same message as text. Files are written once, when
 * a topic is new, and never again: {@code -Dlockstep.regenerate=true} only adds missing ones.
 */
@Tag("R165")
@Tag("R166")
class GoldenMessagesTest {

  static List<Topic<?>> topics() {
    return Topics.all();
  }

  @ParameterizedTest
  @MethodSource("topics")
  void message_goldenBytes_areReadAndWrittenAsEver(Topic<?> topic) throws IOException {
    Path file = Golden.file(topic.name().replace('/', '_') + ".golden");
    Message prototype = Internal.getDefaultInstance(topic.type());
    if (Boolean.getBoolean("lockstep.regenerate") && Files.notExists(file)) {
      Files.writeString(file, golden(SampleMessage.of(prototype)));
    }
    String golden = Files.readString(file);
    byte[] bytes = HexFormat.of().parseHex(golden.substring(0, golden.indexOf('\n')));
    Message.Builder fromText = prototype.newBuilderForType();
    TextFormat.merge(golden.substring(golden.indexOf('\n') + 1), fromText);

    Message fromBytes = topic.parser().parseFrom(bytes);

    assertThat(fromBytes).isEqualTo(fromText.build());
    assertThat(unknown(fromBytes)).as("fields that nobody knows any more").isEmpty();
    assertThat(fromText.build().toByteArray()).isEqualTo(bytes);
  }

  @Test
  void files_all_belongToATopic() throws IOException {
    List<String> expected =
        Topics.all().stream().map(topic -> topic.name().replace('/', '_') + ".golden").toList();
    try (var files = Files.list(Golden.file("."))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".golden"))
          .as("a topic that was removed is still in use somewhere")
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static String golden(Message message) {
    return HexFormat.of().formatHex(message.toByteArray())
        + "\n"
        + TextFormat.printer().printToString(message);
  }

  private static List<UnknownFieldSet> unknown(Message message) {
    List<UnknownFieldSet> found = new ArrayList<>();
    if (!message.getUnknownFields().asMap().isEmpty()) {
      found.add(message.getUnknownFields());
    }
    for (Object value : message.getAllFields().values()) {
      List<?> values = value instanceof List<?> list ? list : List.of(value);
      for (Object one : values) {
        if (one instanceof Message inner) {
          found.addAll(unknown(inner));
        }
      }
    }
    return found;
  }
}
