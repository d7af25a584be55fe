package dev.lockstep.atomicupdates.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.staging.SampleTree.Part;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TreeWriterTest {
  @TempDir Path folder;
  private Path tree;

  @BeforeEach
  void makeTree() throws IOException {
    tree = Files.createDirectories(folder.resolve("inner/tree"));
  }

  private void write(Manifest manifest, String format, String prefix, byte[] archive)
      throws IOException {
    write(manifest, format, prefix, archive, () -> false);
  }

  private void write(
      Manifest manifest, String format, String prefix, byte[] archive, BooleanSupplier cancelled)
      throws IOException {
    Path file = Files.write(folder.resolve("artifact"), archive);
    ArrivingFile whole = new ArrivingFile(file);
    whole.arrived(archive.length);
    whole.complete();
    try (ArchiveReader reader = ArchiveReader.open(whole, format)) {
      NewTree writing = new NewTree(manifest, tree);
      new TreeWriter(manifest, writing, cancelled).write(reader, prefix);
    }
  }

  private void assertRefused(ErrorCode code, Manifest manifest, String format, byte[] archive) {
    assertThatExceptionOfType(AtomicUpdatesException.Staging.class)
        .isThrownBy(() -> write(manifest, format, "", archive))
        .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code))
        .withMessageStartingWith("cannot ");
  }

  /** Nothing but the artifact and the tree's own folder is in the test's folder. */
  private void assertNothingOutside() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      assertThat(all.filter(path -> !path.startsWith(tree)).map(folder::relativize))
          .map(Path::toString)
          .containsExactlyInAnyOrder("", "artifact", "inner");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar.gz", "tar.zst", "zip"})
  @Tag("R79")
  @Tag("R76")
  void write_honestArchive_givesTreeWithModesAndLinks(String format) throws IOException {
    SampleTree app = SampleTree.app("1.1.0");
    write(app.manifest(), format, "app-1.1.0", app.archive(format, "app-1.1.0/"));
    assertThat(TreeVerifier.verify(tree, app.manifest())).isEmpty();
    assertThat(tree.resolve("VERSION")).hasContent("1.1.0");
    assertThat(Files.readSymbolicLink(tree.resolve("lib/run"))).hasToString("../bin/run");
    assertThat(Modes.read(tree.resolve("lib"))).contains(0750);
  }

  @Test
  void write_namesWithDotSegments_areTheSame() throws IOException {
    SampleTree app = SampleTree.app("1.1.0");
    write(app.manifest(), "tar.gz", "", app.archive("tar.gz", "./"));
    assertThat(TreeVerifier.verify(tree, app.manifest())).isEmpty();
  }

  @Test
  void write_foldersNotInArchive_areMadeFromManifest() throws IOException {
    SampleTree app = SampleTree.app("1.1.0");
    List<Part> withoutFolders =
        app.parts().stream().filter(part -> part.type() != TarConstants.LF_DIR).toList();
    write(app.manifest(), "tar.gz", "", SampleTree.archive("tar.gz", "", withoutFolders));
    assertThat(TreeVerifier.verify(tree, app.manifest())).isEmpty();
  }

  @Test
  void write_whatIsOutsideOfPrefix_isNotWritten() throws IOException {
    SampleTree app = SampleTree.app("1.1.0");
    List<Part> parts = new ArrayList<>();
    parts.add(Part.file("META-INF/MANIFEST.MF", "x"));
    parts.add(Part.file("webx/trap", "x"));
    app.parts().forEach(part -> parts.add(prefixed("web/", part)));
    write(app.manifest(), "zip", "web", SampleTree.archive("zip", "", parts));
    assertThat(TreeVerifier.verify(tree, app.manifest())).isEmpty();
  }

  private static Part prefixed(String prefix, Part part) {
    return new Part(prefix + part.path(), part.type(), part.mode(), part.content(), part.link());
  }

  static Stream<Arguments> unsafe() {
    byte[] evil = "evil".getBytes(StandardCharsets.UTF_8);
    List<Arguments> cases = new ArrayList<>();
    for (String format : List.of("tar.gz", "tar.zst", "zip")) {
      cases.add(Arguments.of("parent", format, Part.file("../evil", 0644, evil)));
      cases.add(Arguments.of("parent inside", format, Part.file("bin/../../evil", 0644, evil)));
      cases.add(Arguments.of("absolute", format, Part.file("/tmp/lockstep-evil", 0644, evil)));
      cases.add(Arguments.of("backslash", format, Part.file("..\\evil", 0644, evil)));
      cases.add(Arguments.of("empty segment", format, Part.file("bin//evil", 0644, evil)));
      cases.add(Arguments.of("link up", format, Part.link("out", "../../evil")));
      cases.add(Arguments.of("absolute link", format, Part.link("out", "/etc")));
      cases.add(Arguments.of("setuid", format, Part.file("bin/run", 04755, evil)));
      cases.add(Arguments.of("setgid", format, Part.file("bin/run", 02755, evil)));
      cases.add(Arguments.of("fifo", format, Part.special("f", TarConstants.LF_FIFO, "")));
      cases.add(Arguments.of("device", format, Part.special("d", TarConstants.LF_CHR, "")));
    }
    cases.add(Arguments.of("block", "tar.gz", Part.special("d", TarConstants.LF_BLK, "")));
    cases.add(
        Arguments.of(
            "hard link", "tar.gz", Part.special("h", TarConstants.LF_LINK, "/etc/passwd")));
    return cases.stream();
  }

  @ParameterizedTest(name = "{0} in {1}")
  @MethodSource("unsafe")
  @Tag("R79")
  void write_unsafeEntry_refusedAndNothingOutside(String what, String format, Part part)
      throws IOException {
    SampleTree app = SampleTree.app("1.1.0");
    List<Part> parts = new ArrayList<>(List.of(part));
    parts.addAll(app.parts());
    byte[] archive = SampleTree.archive(format, "", parts);
    assertRefused(ErrorCode.ERROR_CODE_ARCHIVE_UNSAFE, app.manifest(), format, archive);
    assertNothingOutside();
    assertThat(Path.of("/tmp/lockstep-evil")).doesNotExist();
  }

  @Test
  @Tag("R79")
  void write_fileThroughLinkOfArchive_linkIsNotFollowed() throws IOException {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    SampleTree app = SampleTree.app("1.1.0");
    List<Part> parts = new ArrayList<>();
    parts.add(Part.link("bin", "lib"));
    parts.addAll(app.parts());
    assertRefused(
        ErrorCode.ERROR_CODE_MANIFEST_MISMATCH,
        app.manifest(),
        "tar.gz",
        SampleTree.archive("tar.gz", "", parts));
    assertThat(outside).isEmptyDirectory();
    assertThat(Files.isSymbolicLink(tree.resolve("bin"))).isFalse();
  }

  static Stream<Arguments> mismatches() {
    return Stream.of(
        Arguments.of("extra file", List.of(Part.file("extra", "x"))),
        Arguments.of("extra folder", List.of(Part.folder("extra", 0755))),
        Arguments.of("extra link", List.of(Part.link("extra", "bin"))),
        Arguments.of("file twice", List.of(Part.file("lib/secret", 0600, new byte[] {'s'}))),
        Arguments.of("file for folder", List.of(Part.file("bin", ""))),
        Arguments.of("link for file", List.of(Part.link("data.bin", "bin/run"))),
        Arguments.of("link elsewhere", List.of(Part.link("start", "lib/run"))),
        Arguments.of("other mode", List.of(Part.file("lib/secret", 0644, new byte[] {'s'}))),
        Arguments.of("other content", List.of(Part.file("lib/secret", 0600, new byte[] {'t'}))),
        Arguments.of("too long", List.of(Part.file("lib/secret", 0600, new byte[] {'s', 's'}))),
        Arguments.of("too short", List.of(Part.file("lib/secret", 0600, new byte[0]))),
        Arguments.of("other version", List.of(Part.file("VERSION", "9.9.9\n"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mismatches")
  @Tag("R76")
  void write_archiveOtherThanManifest_refused(String what, List<Part> first) throws IOException {
    SampleTree app = SampleTree.app("1.1.0");
    List<Part> parts = new ArrayList<>(first);
    parts.addAll(app.parts());
    assertRefused(
        ErrorCode.ERROR_CODE_MANIFEST_MISMATCH,
        app.manifest(),
        "tar.zst",
        SampleTree.archive("tar.zst", "", parts));
  }

  @Test
  @Tag("R76")
  void write_fileMissingInArchive_refused() throws IOException {
    SampleTree app = SampleTree.app("1.1.0");
    assertRefused(
        ErrorCode.ERROR_CODE_MANIFEST_MISMATCH,
        app.manifest(),
        "tar.gz",
        SampleTree.archive("tar.gz", "", app.parts().subList(0, 3)));
  }

  @Test
  @Tag("R79")
  void write_bombBehindSignedSize_writesNoMoreThanSigned() throws IOException {
    Manifest manifest = new SampleTree("1.1.0", List.of(Part.file("a", "x"))).manifest();
    byte[] bomb =
        SampleTree.archive("zip", "", List.of(Part.file("a", 0644, new byte[50_000_000])));
    assertThat(bomb).hasSizeLessThan(200_000);
    assertRefused(ErrorCode.ERROR_CODE_MANIFEST_MISMATCH, manifest, "zip", bomb);
    assertThat(tree.resolve("a")).doesNotExist();
  }

  @Test
  @Tag("R79")
  void write_hugeNameInHeader_refusedWithinMemory() throws IOException {
    Part longName =
        new Part("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME, 0, new byte[8 << 20], "");
    byte[] archive = SampleTree.archive("tar.gz", "", List.of(longName));
    assertRefused(
        ErrorCode.ERROR_CODE_ARCHIVE_UNREADABLE,
        SampleTree.app("1.1.0").manifest(),
        "tar.gz",
        archive);
  }

  /** A frame's window is memory that the reader has to have; a frame may claim 3.75 TiB. */
  @Test
  @Tag("R79")
  void write_zstdWindowLargerThan128Mebibytes_refusedAsUnreadable() throws IOException {
    SampleTree app = SampleTree.app("1.1.0");
    byte[] tar = gunzip(app.archive("tar.gz", ""));
    write(app.manifest(), "tar.zst", "", zstdFrame(27, tar));
    for (int windowLog : List.of(28, 31, 41)) {
      tree = Files.createDirectories(folder.resolve("inner/" + windowLog));
      byte[] greedy = zstdFrame(windowLog, tar);
      assertRefused(ErrorCode.ERROR_CODE_ARCHIVE_UNREADABLE, app.manifest(), "tar.zst", greedy);
    }
  }

  private static byte[] gunzip(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  /** A frame of raw blocks, with a window as its header claims it. */
  private static byte[] zstdFrame(int windowLog, byte[] content) {
    int most = 128 << 10;
    ByteBuffer frame =
        ByteBuffer.allocate(content.length + 6 + 3 * (content.length / most + 1))
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(0xFD2FB528)
            .put((byte) 0)
            .put((byte) (windowLog - 10 << 3));
    for (int at = 0; at < content.length; at += most) {
      int size = Math.min(most, content.length - at);
      int header = size << 3 | (at + size == content.length ? 1 : 0);
      frame.put((byte) header).put((byte) (header >> 8)).put((byte) (header >> 16));
      frame.put(content, at, size);
    }
    return Arrays.copyOf(frame.array(), frame.position());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar.gz", "tar.zst", "zip"})
  void write_truncatedArchive_refusedAsUnreadable(String format) throws IOException {
    SampleTree app = SampleTree.app("1.1.0");
    byte[] archive = app.archive(format, "");
    assertRefused(
        ErrorCode.ERROR_CODE_ARCHIVE_UNREADABLE,
        app.manifest(),
        format,
        Arrays.copyOf(archive, archive.length / 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar.gz", "tar.zst", "zip"})
  void write_noArchiveAtAll_refusedAsUnreadable(String format) {
    byte[] text = "this is not an archive, whatever its name says".getBytes(StandardCharsets.UTF_8);
    assertRefused(
        ErrorCode.ERROR_CODE_ARCHIVE_UNREADABLE, SampleTree.app("1.1.0").manifest(), format, text);
  }

  @Test
  @Tag("R72")
  void write_cancelled_stopsWithin64KiB() throws IOException {
    SampleTree app = SampleTree.app("1.1.0");
    AtomicInteger asked = new AtomicInteger();
    byte[] archive = app.archive("tar.gz", "");
    assertThatExceptionOfType(AtomicUpdatesException.Staging.class)
        .isThrownBy(
            () -> write(app.manifest(), "tar.gz", "", archive, () -> asked.incrementAndGet() > 3))
        .satisfies(
            refusal ->
                assertThat(refusal.code()).isEqualTo(ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED));
    assertThat(asked).hasValue(4);
    assertThat(Files.size(tree.resolve("data.bin"))).isLessThanOrEqualTo(3 * 64 * 1024);
  }

  @Test
  void remove_treeWithReadOnlyFolders_isGone() throws IOException {
    SampleTree app =
        new SampleTree(
            "1.0.0", List.of(Part.folder("sealed", 0555), Part.file("sealed/file", "x")));
    write(app.manifest(), "tar.gz", "", app.archive("tar.gz", ""));
    assertThat(TreeVerifier.verify(tree, app.manifest())).isEmpty();
    FileTrees.delete(tree);
    assertThat(tree).doesNotExist();
  }
}
