package dev.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.Envelope;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.HistoryReport;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.PolicyRequest;
import dev.lockstep.protocol.v1.RestartRequired;
import dev.lockstep.protocol.v1.StateReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every field and enum value that was ever published keeps its number, name and type. */
@Tag("R166")
class FieldListingTest {
  private static final Path LISTING = Golden.file("fields.txt");
  private static final List<FileDescriptor> FILES =
      Stream.of(
              CheckRequest.getDescriptor().getFile(),
              DownloadRequest.getDescriptor().getFile(),
              Envelope.getDescriptor().getFile(),
              ErrorCode.getDescriptor().getFile(),
              HistoryReport.getDescriptor().getFile(),
              InstallRequest.getDescriptor().getFile(),
              Offer.getDescriptor().getFile(),
              PolicyRequest.getDescriptor().getFile(),
              RestartRequired.getDescriptor().getFile(),
              StateReport.getDescriptor().getFile())
          .toList();

  @Test
  void listing_everyPublishedField_isStillThere() throws IOException {
    assertThat(current())
        .as("a removed, renumbered, renamed or retyped field breaks those who are not updated yet")
        .containsAll(Files.readAllLines(LISTING));
  }

  @Test
  void listing_everyField_isListed() throws IOException {
    TreeSet<String> listed = new TreeSet<>(Files.readAllLines(LISTING));
    if (Boolean.getBoolean("lockstep.regenerate") && listed.addAll(current())) {
      Files.write(LISTING, listed);
    }

    assertThat(listed)
        .as("add new fields: ./mvnw -pl protocol test -Dlockstep.regenerate=true")
        .containsAll(current());
  }

  @Test
  void files_all_areListed() throws IOException {
    try (var sources = Files.list(Path.of("src/main/proto/lockstep/v1"))) {
      assertThat(FILES)
          .extracting(FileDescriptor::getName)
          .containsExactlyInAnyOrderElementsOf(
              sources.map(source -> "lockstep/v1/" + source.getFileName()).toList());
    }
  }

  private static TreeSet<String> current() {
    TreeSet<String> lines = new TreeSet<>();
    for (FileDescriptor file : FILES) {
      file.getMessageTypes().forEach(type -> add(lines, type));
      file.getEnumTypes().forEach(type -> add(lines, type));
    }
    return lines;
  }

  private static void add(TreeSet<String> lines, Descriptor type) {
    for (FieldDescriptor field : type.getFields()) {
      lines.add(
          "%s %d %s %s%s"
              .formatted(
                  type.getFullName(),
                  field.getNumber(),
                  field.getName(),
                  field.isRepeated() ? "repeated " : "",
                  typeOf(field)));
    }
    type.getNestedTypes().forEach(nested -> add(lines, nested));
    type.getEnumTypes().forEach(nested -> add(lines, nested));
  }

  private static void add(TreeSet<String> lines, EnumDescriptor type) {
    for (EnumValueDescriptor value : type.getValues()) {
      lines.add("%s %d %s".formatted(type.getFullName(), value.getNumber(), value.getName()));
    }
  }

  private static String typeOf(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> field.getMessageType().getFullName();
      case ENUM -> field.getEnumType().getFullName();
      default -> field.getType().name().toLowerCase(Locale.ROOT);
    };
  }
}
