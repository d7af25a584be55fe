package dev.lockstep.atomicupdates.staging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.staging.TreeVerifier.Difference;
import dev.lockstep.atomicupdates.staging.TreeVerifier.Kind;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("R76")
class TreeVerifierTest {
  @TempDir Path slot;
  private Manifest manifest;

  @BeforeEach
  void writeTree() throws IOException {
    manifest =
        new Manifest(
            "backend",
            ReleaseVersion.parse("1.0.0"),
            List.of(
                file("VERSION", 0644, "1.0.0\n"),
                Manifest.Entry.directory("bin", 0755),
                file("bin/run", 0755, "#!/bin/sh\n"),
                Manifest.Entry.link("start", "bin/run")));
    write("VERSION", 0644, "1.0.0\n");
    Files.createDirectory(slot.resolve("bin"));
    Modes.write(slot.resolve("bin"), 0755);
    write("bin/run", 0755, "#!/bin/sh\n");
    Files.createSymbolicLink(slot.resolve("start"), Path.of("bin/run"));
  }

  private static Manifest.Entry file(String path, int mode, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    String hash = HexFormat.of().formatHex(Hashing.sha256().digest(bytes));
    return Manifest.Entry.file(path, mode, bytes.length, hash);
  }

  private void write(String path, int mode, String content) throws IOException {
    Files.writeString(slot.resolve(path), content);
    Modes.write(slot.resolve(path), mode);
  }

  private List<Difference> differences() {
    return TreeVerifier.verify(slot, manifest);
  }

  @Test
  void verify_treeOfManifest_noDifference() {
    assertThat(differences()).isEmpty();
  }

  @Test
  void verify_changedContentOfSameSize_found() throws IOException {
    write("VERSION", 0644, "1.0.1\n");
    assertThat(differences()).extracting(Difference::kind).containsExactly(Kind.CONTENT);
  }

  @Test
  void verify_changedSize_found() throws IOException {
    write("VERSION", 0644, "1.0.10\n");
    assertThat(differences())
        .containsExactly(new Difference("VERSION", Kind.SIZE, "7 instead of 6"));
  }

  @Test
  void verify_otherMode_found() throws IOException {
    Modes.write(slot.resolve("bin/run"), 0644);
    assertThat(differences())
        .containsExactly(new Difference("bin/run", Kind.MODE, "0644 instead of 0755"));
  }

  @Test
  @Tag("R79")
  void verify_setuidBit_found() throws IOException {
    Files.setAttribute(slot.resolve("bin/run"), "unix:mode", 04755);
    assertThat(differences())
        .containsExactly(new Difference("bin/run", Kind.MODE, "4755 instead of 0755"));
  }

  @Test
  void verify_missingAndUnexpected_bothFound() throws IOException {
    Files.move(slot.resolve("bin/run"), slot.resolve("bin/walk"));
    assertThat(differences())
        .containsExactlyInAnyOrder(
            new Difference("bin/walk", Kind.UNEXPECTED, ""),
            new Difference("bin/run", Kind.MISSING, ""));
  }

  @Test
  @Tag("R79")
  void verify_linkPointsElsewhere_foundAndNotFollowed() throws IOException {
    Files.delete(slot.resolve("start"));
    Files.createSymbolicLink(slot.resolve("start"), Path.of("/etc/passwd"));
    assertThat(differences()).extracting(Difference::kind).containsExactly(Kind.LINK_TARGET);
  }

  @Test
  @Tag("R79")
  void verify_folderReplacedByLinkToSameContent_found(@TempDir Path elsewhere) throws IOException {
    Files.move(slot.resolve("bin/run"), elsewhere.resolve("run"));
    Files.delete(slot.resolve("bin"));
    Files.createSymbolicLink(slot.resolve("bin"), elsewhere);
    assertThat(differences())
        .extracting(Difference::path, Difference::kind)
        .contains(org.assertj.core.groups.Tuple.tuple("bin", Kind.TYPE));
  }

  @Test
  void verify_noFolder_isOneDifference() {
    assertThat(TreeVerifier.verify(slot.resolve("nothing"), manifest))
        .extracting(Difference::kind)
        .containsExactly(Kind.MISSING);
  }

  @Test
  void verify_tooMuchDiffers_endsEarly() throws IOException {
    for (int i = 0; i < 100; i++) {
      write("extra" + i, 0644, "");
    }
    assertThat(differences()).hasSizeLessThanOrEqualTo(TreeVerifier.MAX_DIFFERENCES);
  }
}
