package dev.lockstep.repository.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStream;
import dev.lockstep.protocol.release.Manifest;
import dev.lockstep.protocol.release.Manifest.Entry;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.Trees;
import dev.lockstep.tuf.metadata.Hashes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What published archives and folders become as manifests, and what is refused. */
class ArchivesTest {
  private static final ReleaseSpec SPEC = ReleaseSpec.of("backend", "1.0.0");

  @TempDir private Path folder;

  private PreparedRelease prepare(ReleaseContent.Carried content) throws IOException {
    return ReleasePreparer.prepare("publish it", SPEC, content, folder.resolve("prepared"));
  }

  private Manifest manifestOf(Path archive, String prefix) throws IOException {
    return prepare(ReleaseContent.archive(archive, prefix)).manifest();
  }

  /** Writes a tar as a test tells. */
  private interface TarContent {
    void writeTo(TarArchiveOutputStream tar) throws IOException;
  }

  private Path tar(TarContent content) throws IOException {
    return tar("archive.tar.gz", content);
  }

  private Path tar(String name, TarContent content) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        OutputStream packed =
            name.endsWith("zst") ? new ZstdOutputStream(out) : new GZIPOutputStream(out);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(packed, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      content.writeTo(tar);
    }
    return file;
  }

  private static void file(TarArchiveOutputStream tar, String name, String text, int mode)
      throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
    entry.setMode(mode);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static void other(
      TarArchiveOutputStream tar, String name, byte type, int mode, String target)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setMode(mode);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private static List<String> lines(Manifest manifest) {
    return manifest.entries().stream()
        .map(
            entry ->
                "%s %s %04o %d%s"
                    .formatted(
                        entry.type(),
                        entry.path(),
                        entry.mode(),
                        entry.size(),
                        entry.linkTarget().isEmpty() ? "" : " " + entry.linkTarget()))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.tar.gz", "a.tgz", "a.tar.zst"})
  void prepare_publishedTar_keptByteForByteAndReadBelowThePrefix(String name) throws IOException {
    Path archive =
        tar(
            name,
            tar -> {
              other(tar, "app-1.0.0/", TarConstants.LF_DIR, 0700, "");
              file(tar, "app-1.0.0/bin/run", "run", 0100755);
              file(tar, "app-1.0.0/conf/secret", "s", 0600);
              other(tar, "app-1.0.0/latest", TarConstants.LF_SYMLINK, 0777, "bin/run");
              file(tar, "README", "outside of the prefix", 0644);
              other(tar, "elsewhere", TarConstants.LF_LINK, 0644, "README");
            });

    PreparedRelease prepared = prepare(ReleaseContent.archive(archive, "app-1.0.0"));

    assertThat(folder.resolve("prepared")).hasSameBinaryContentAs(archive);
    assertThat(prepared.sha256()).isEqualTo(Hashes.hex("sha256", Files.readAllBytes(archive)));
    assertThat(prepared.size()).isEqualTo(Files.size(archive));
    assertThat(prepared.prefix()).isEqualTo("app-1.0.0");
    assertThat(lines(prepared.manifest()))
        .containsExactly(
            "FILE VERSION 0644 6",
            "DIRECTORY bin 0755 0",
            "FILE bin/run 0755 3",
            "DIRECTORY conf 0755 0",
            "FILE conf/secret 0600 1",
            "LINK latest 0777 0 bin/run");
  }

  @Test
  void prepare_dotsDoubleFoldersAndLongNames_readAsOneTree() throws IOException {
    String deep = "a".repeat(90) + "/" + "b".repeat(90) + "/ü";
    Path archive =
        tar(
            tar -> {
              other(tar, "./", TarConstants.LF_DIR, 0755, "");
              other(tar, "./lib/", TarConstants.LF_DIR, 0700, "");
              other(tar, "lib", TarConstants.LF_DIR, 0750, "");
              file(tar, "./lib/./x", "x", 0644);
              file(tar, "./" + deep, "deep", 0644);
              file(tar, "VERSION", "1.0.0", 0444);
            });

    assertThat(lines(manifestOf(archive, "")))
        .containsExactly(
            "FILE VERSION 0444 5",
            "DIRECTORY " + "a".repeat(90) + " 0755 0",
            "DIRECTORY " + "a".repeat(90) + "/" + "b".repeat(90) + " 0755 0",
            "FILE " + deep + " 0644 4",
            "DIRECTORY lib 0750 0",
            "FILE lib/x 0644 1");
    assertThat(lines(manifestOf(archive, "./lib/")))
        .containsExactly("FILE VERSION 0644 6", "FILE x 0644 1");
  }

  @Test
  void prepare_zip_modesFromAttributesOrDefaults() throws IOException {
    Path archive = folder.resolve("web.jar");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      zipEntry(zip, "META-INF/", 0, "");
      zipEntry(zip, "META-INF/resources/index.html", 0, "<html>");
      zipEntry(zip, "META-INF/resources/run", 0100755, "run");
      zipEntry(zip, "META-INF/resources/d/", 0040700, "");
      zipEntry(zip, "META-INF/resources/l", 0120777, "run");
    }

    PreparedRelease prepared = prepare(ReleaseContent.archive(archive, "META-INF/resources"));

    assertThat(prepared.format()).isEqualTo(ArchiveFormat.ZIP);
    assertThat(lines(prepared.manifest()))
        .containsExactly(
            "FILE VERSION 0644 6",
            "DIRECTORY d 0700 0",
            "FILE index.html 0644 6",
            "LINK l 0777 0 run",
            "FILE run 0755 3");
  }

  private static void zipEntry(ZipArchiveOutputStream zip, String name, int mode, String text)
      throws IOException {
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    if (mode != 0) {
      entry.setUnixMode(mode);
    }
    zip.putArchiveEntry(entry);
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeArchiveEntry();
  }

  /** What an archive may do wrong. */
  enum Evil {
    PARENT("leaves the tree", tar -> file(tar, "../x", "x", 0644)),
    HIDDEN_PARENT("leaves the tree", tar -> file(tar, "a/../../x", "x", 0644)),
    ABSOLUTE("absolute path", tar -> file(tar, "/x", "x", 0644)),
    EMPTY_SEGMENT("leaves the tree", tar -> file(tar, "a//x", "x", 0644)),
    BACKSLASH("backslash", tar -> file(tar, "a\\x", "x", 0644)),
    LINK_OUTSIDE("points outside", tar -> other(tar, "l", TarConstants.LF_SYMLINK, 0777, "../x")),
    LINK_ABSOLUTE("points outside", tar -> other(tar, "l", TarConstants.LF_SYMLINK, 0777, "/etc")),
    FILE_BELOW_LINK(
        "not inside a directory",
        tar -> {
          other(tar, "l", TarConstants.LF_SYMLINK, 0777, ".");
          file(tar, "l/x", "x", 0644);
        }),
    HARD_LINK("a hard link", tar -> other(tar, "h", TarConstants.LF_LINK, 0644, "x")),
    DEVICE("neither file", tar -> other(tar, "d", TarConstants.LF_CHR, 0644, "")),
    BLOCK("neither file", tar -> other(tar, "d", TarConstants.LF_BLK, 0644, "")),
    FIFO("neither file", tar -> other(tar, "d", TarConstants.LF_FIFO, 0644, "")),
    SETUID("setuid", tar -> file(tar, "s", "x", 04755)),
    SETGID_FOLDER("setgid", tar -> other(tar, "s/", TarConstants.LF_DIR, 02755, "")),
    STICKY("sticky", tar -> other(tar, "s/", TarConstants.LF_DIR, 01777, "")),
    TWICE(
        "twice",
        tar -> {
          file(tar, "x", "x", 0644);
          file(tar, "./x", "y", 0644);
        }),
    OTHER_VERSION("its file VERSION says \"2.0.0\"", tar -> file(tar, "VERSION", "2.0.0\n", 0644)),
    VERSION_FOLDER("no file VERSION", tar -> other(tar, "VERSION/", TarConstants.LF_DIR, 0755, ""));

    private final String why;
    private final TarContent content;

    Evil(String why, TarContent content) {
      this.why = why;
      this.content = content;
    }
  }

  @ParameterizedTest
  @EnumSource(Evil.class)
  @Tag("R79")
  void prepare_archiveThatNoDeviceMayUnpack_refusedWithTheReason(Evil evil) throws IOException {
    Path archive =
        tar(
            tar -> {
              file(tar, "good", "good", 0644);
              evil.content.writeTo(tar);
            });

    assertThatThrownBy(() -> manifestOf(archive, ""))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessageStartingWith("cannot publish it: ")
        .hasMessageContaining(evil.why);
  }

  @Test
  @Tag("R79")
  void prepare_zipWithParentPath_refused() throws IOException {
    Path archive = folder.resolve("a.zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
      zipEntry(zip, "../x", 0, "x");
    }

    assertThatThrownBy(() -> manifestOf(archive, "")).hasMessageContaining("leaves the tree");
  }

  @ParameterizedTest
  @CsvSource({
    "a.tar.gz, cannot be read as tar.gz",
    "a.tar.zst, cannot be read as tar.zst",
    "a.zip, cannot be read as zip",
    "a.rar, is not called .tar.gz"
  })
  void prepare_notAnArchive_refused(String name, String why) throws IOException {
    Path archive = folder.resolve(name);
    Files.writeString(archive, "this is no archive at all, it only looks like one to its name\n");

    assertThatThrownBy(() -> manifestOf(archive, ""))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessageContaining(why);
  }

  @Test
  void prepare_truncatedArchive_refused() throws IOException {
    Path archive = tar(tar -> file(tar, "x", "x".repeat(100_000) + System.nanoTime(), 0644));
    byte[] bytes = Files.readAllBytes(archive);
    Files.write(archive, java.util.Arrays.copyOf(bytes, bytes.length / 2));

    assertThatThrownBy(() -> manifestOf(archive, ""))
        .isInstanceOf(RepositoryException.Refused.class);
  }

  @Test
  void prepare_prefixThatIsNotThere_refused() throws IOException {
    Path archive = tar(tar -> file(tar, "app/x", "x", 0644));

    assertThatThrownBy(() -> manifestOf(archive, "ap"))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessageContaining("nothing in the folder \"ap\"");
  }

  @Test
  void prepare_contentThatIsNotThere_notFound() {
    assertThatThrownBy(() -> manifestOf(folder.resolve("none.zip"), ""))
        .isInstanceOf(RepositoryException.NotFound.class);
    assertThatThrownBy(() -> prepare(ReleaseContent.tree(folder.resolve("none"))))
        .isInstanceOf(RepositoryException.NotFound.class);
  }

  @ParameterizedTest
  @EnumSource(value = ArchiveFormat.class, names = "ZIP", mode = EnumSource.Mode.EXCLUDE)
  void prepare_folder_archiveReadBackGivesTheSameManifest(ArchiveFormat format) throws IOException {
    Path tree = Trees.small(folder.resolve("tree"), "text");
    Path deep = Files.createDirectories(tree.resolve("d".repeat(120)).resolve("ü".repeat(60)));
    Files.writeString(deep.resolve("€"), "deep");
    Files.createDirectories(tree.resolve("empty"));

    PreparedRelease packed = prepare(new ReleaseContent.Tree(tree, format));

    Path archive = folder.resolve("back." + format.extension());
    Files.copy(folder.resolve("prepared"), archive);
    assertThat(manifestOf(archive, "")).isEqualTo(packed.manifest());
    assertThat(packed.manifest().entries()).extracting(Entry::path).contains("VERSION", "empty");
  }

  @Test
  void prepare_folderInTwoPlaces_sameBytes() throws IOException {
    UnaryOperator<String> pack =
        name -> {
          try {
            Path tree = Trees.small(folder.resolve(name), "text");
            return prepare(ReleaseContent.tree(tree)).sha256();
          } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
          }
        };

    assertThat(pack.apply("one")).isEqualTo(pack.apply("other"));
  }

  @Test
  @Tag("R79")
  void prepare_folderWithSetuidOrLinkOutside_refused() throws IOException {
    Path setuid = Trees.small(folder.resolve("setuid"), "text");
    Files.setAttribute(setuid.resolve("bin/run"), "unix:mode", 04755);
    Path link = Trees.small(folder.resolve("deeper/link"), "text");
    Files.createSymbolicLink(link.resolve("out"), Path.of("../.."));

    assertThatThrownBy(() -> prepare(ReleaseContent.tree(setuid))).hasMessageContaining("setuid");
    assertThatThrownBy(() -> prepare(ReleaseContent.tree(link)))
        .hasMessageContaining("points outside");
  }

  @Test
  void prepare_folderOfAnotherVersion_refused() throws IOException {
    Path tree = Trees.small(folder.resolve("tree"), "text");
    Files.writeString(tree.resolve("VERSION"), "0.9.0\n");

    assertThatThrownBy(() -> prepare(ReleaseContent.tree(tree)))
        .isInstanceOf(RepositoryException.Refused.class)
        .hasMessage(
            "cannot publish it: its file VERSION says \"0.9.0\", not 1.0.0; change the content");
  }
}
