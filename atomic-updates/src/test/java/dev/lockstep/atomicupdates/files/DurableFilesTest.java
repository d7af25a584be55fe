package dev.lockstep.atomicupdates.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are complete, and private where that is asked for. */
class DurableFilesTest {
  @TempDir Path folder;

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  @Tag("R149")
  void makePrivate_newOrOpenToOthers_isTheOwnersOnlyAndKeepsItsContent() throws IOException {
    Path made = folder.resolve("made");
    Path open = Files.writeString(folder.resolve("open"), "kept");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));

    DurableFiles.makePrivate(made);
    DurableFiles.makePrivate(open);

    assertThat(mode(made)).isEqualTo("rw-------");
    assertThat(mode(open)).isEqualTo("rw-------");
    assertThat(open).hasContent("kept");
  }

  @Test
  void write_overAnother_holdsTheNewContentAndLeavesNothingElse() throws IOException {
    Path file = folder.resolve("deep/er/file");
    DurableFiles.write(file, "old".getBytes(StandardCharsets.UTF_8));
    DurableFiles.write(file, "new".getBytes(StandardCharsets.UTF_8));

    assertThat(file).hasContent("new");
    assertThat(file.getParent()).isDirectoryNotContaining("glob:**.new");
  }
}
