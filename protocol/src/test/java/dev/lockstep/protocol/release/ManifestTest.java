package dev.lockstep.protocol.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.release.Manifest.Entry;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("R79")
class ManifestTest {
  private static final String HASH = "0".repeat(64);
  private static final ReleaseVersion VERSION = ReleaseVersion.parse("1.0.0");

  /** A manifest of these entries and a VERSION file, sorted. */
  private static Manifest manifest(Entry... entries) {
    List<Entry> all = new ArrayList<>(Arrays.asList(entries));
    all.add(file("VERSION"));
    all.sort(Comparator.comparing(Entry::path));
    return new Manifest("backend", VERSION, all);
  }

  private static Entry file(String path) {
    return Entry.file(path, 0644, 6, HASH);
  }

  private static Entry folder(String path) {
    return Entry.directory(path, 0755);
  }

  @Test
  void create_ordinaryTree_isTaken() {
    Manifest manifest =
        manifest(
            folder("bin"),
            file("bin/run"),
            folder("bin-old"),
            Entry.link("bin/start", "run"),
            Entry.link("latest", "bin/../bin/./run"));

    assertThat(manifest.totalSize()).isEqualTo(12);
    assertThat(manifest.entries()).hasSize(6);
  }

  @ParameterizedTest(name = "\"{0}\"")
  @NullSource
  @ValueSource(
      strings = {
        "",
        "/",
        "/etc/passwd",
        "..",
        "../x",
        "a/../b",
        "a/..",
        "./a",
        "a/.",
        ".",
        "a//b",
        "a/",
        "a\\b",
        "a\nb",
        "a\u0000b",
        "a\u007fb",
        "a\u0085b",
        "a\ud800"
      })
  void create_pathThatIsNotPlainlyInside_isRefused(String path) {
    assertThatThrownBy(() -> file(path)).isInstanceOf(MalformedReleaseException.class);
    assertThatThrownBy(() -> folder(path)).isInstanceOf(MalformedReleaseException.class);
    assertThatThrownBy(() -> Entry.link(path, "x")).isInstanceOf(MalformedReleaseException.class);
  }

  @Test
  void create_endlessPath_isRefused() {
    assertThatThrownBy(() -> file("a".repeat(1025))).isInstanceOf(MalformedReleaseException.class);
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      nullValues = "null",
      value = {
        "a, ..",
        "a, /etc",
        "a, ''",
        "a, null",
        "a, ../a",
        "d/a, ../..",
        "d/a, ../../x",
        "a, b/../..",
        "a, ./.././x",
        "a, 'x\ny'"
      })
  void create_linkThatPointsOutside_isRefused(String path, String target) {
    assertThatThrownBy(() -> Entry.link(path, target))
        .isInstanceOf(MalformedReleaseException.class)
        .hasMessageContaining("points outside the tree");
  }

  @Test
  void create_linkThroughAnotherLink_mayNotLeaveTheTree() {
    // As written, x/out is "x/up/..", so x. The system walks to the root first, then above it.
    assertThatThrownBy(
            () -> manifest(folder("x"), Entry.link("x/up", ".."), Entry.link("x/out", "up/..")))
        .isInstanceOf(MalformedReleaseException.class)
        .hasMessageContaining("\"x/out\" leaves the tree through another link");
    assertThatThrownBy(
            () ->
                manifest(
                    folder("x"),
                    Entry.link("x/a", ".."),
                    Entry.link("x/b", "a"),
                    Entry.link("z", "x/b/../etc")))
        .hasMessageContaining("leaves the tree");
    assertThatCode(
            () ->
                manifest(
                    folder("c"), folder("c/d"), Entry.link("b", "c/d"), Entry.link("a", "b/..")))
        .doesNotThrowAnyException();
  }

  @Test
  void create_linksInACircle_areRefused() {
    assertThatThrownBy(() -> manifest(Entry.link("a", "b"), Entry.link("b", "a")))
        .hasMessageContaining("goes round in circles");
    assertThatThrownBy(() -> manifest(Entry.link("a", "a/x")))
        .hasMessageContaining("goes round in circles");
  }

  @Test
  void create_entryInsideALinkOrAFile_isRefused() {
    assertThatThrownBy(() -> manifest(folder("d"), Entry.link("l", "d"), file("l/run")))
        .hasMessageContaining("\"l/run\" is not inside a directory of the tree");
    assertThatThrownBy(() -> manifest(file("f"), file("f/run")))
        .hasMessageContaining("is not inside a directory");
    assertThatThrownBy(() -> manifest(file("missing/run")))
        .hasMessageContaining("is not inside a directory");
  }

  @Test
  void create_unsortedOrDoubleEntries_areRefused() {
    List<Entry> unsorted = List.of(file("VERSION"), file("A"));
    List<Entry> twice = List.of(file("VERSION"), file("VERSION"));

    assertThatThrownBy(() -> new Manifest("backend", VERSION, unsorted))
        .hasMessageContaining("not sorted or not unique at \"A\"");
    assertThatThrownBy(() -> new Manifest("backend", VERSION, twice))
        .hasMessageContaining("not sorted or not unique at \"VERSION\"");
  }

  @Test
  void create_treeWithoutVersionFile_isRefused() {
    assertThatThrownBy(() -> new Manifest("backend", VERSION, List.of(file("A"))))
        .hasMessageContaining("no file VERSION");
    assertThatThrownBy(() -> new Manifest("backend", VERSION, List.of(folder("VERSION"))))
        .hasMessageContaining("no file VERSION");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../backend", "Backend", "a b"})
  void create_componentThatIsNoId_isRefused(String component) {
    assertThatThrownBy(() -> new Manifest(component, VERSION, List.of(file("VERSION"))))
        .hasMessageContaining("component must be");
  }

  @Test
  void create_hugeSizes_areRefusedBeforeTheyOverflow() {
    assertThatThrownBy(() -> Entry.file("a", 0644, Long.MAX_VALUE, HASH))
        .isInstanceOf(MalformedReleaseException.class);
    assertThatThrownBy(
            () ->
                manifest(
                    Entry.file("a", 0644, Manifest.MAX_SIZE, HASH),
                    Entry.file("b", 0644, Manifest.MAX_SIZE, HASH)))
        .hasMessageContaining("together");
  }

  @Test
  void create_moreEntriesThanTheLimit_isRefused() {
    Entry[] many = new Entry[Manifest.MAX_ENTRIES + 1];
    Arrays.fill(many, file("VERSION"));

    assertThatThrownBy(() -> new Manifest("backend", VERSION, List.of(many)))
        .hasMessageContaining("more than 1000000 entries");
  }

  @Test
  void create_setuidModeOrForeignFields_areRefused() {
    assertThatThrownBy(() -> Entry.file("a", 04755, 1, HASH)).hasMessageContaining("mode");
    assertThatThrownBy(() -> Entry.file("a", -1, 1, HASH)).hasMessageContaining("mode");
    assertThatThrownBy(() -> Entry.file("a", 0644, -1, HASH)).hasMessageContaining("size");
    assertThatThrownBy(() -> Entry.file("a", 0644, 1, "ABC")).hasMessageContaining("SHA-256");
    assertThatThrownBy(() -> new Entry("a", Manifest.Type.FILE, 0644, 1, HASH, "b"))
        .isInstanceOf(MalformedReleaseException.class);
    assertThatThrownBy(() -> new Entry("a", Manifest.Type.DIRECTORY, 0755, 1, "", ""))
        .isInstanceOf(MalformedReleaseException.class);
    assertThatThrownBy(() -> new Entry("a", Manifest.Type.LINK, 0777, 0, HASH, "b"))
        .isInstanceOf(MalformedReleaseException.class);
  }

  /** Whatever trees of links a publisher makes up: what is taken stays inside on a real disk. */
  @Test
  void create_generatedLinks_thatAreTakenStayInsideOnDisk(@TempDir Path directory)
      throws Exception {
    Random random = new Random(79);
    int taken = 0;
    for (int i = 0; i < 300; i++) {
      Map<String, Entry> entries = generatedLinks(random);
      try {
        manifest(entries.values().toArray(Entry[]::new));
      } catch (MalformedReleaseException refused) {
        continue;
      }
      taken++;
      Path root = Files.createDirectories(directory.resolve("t" + i).resolve("root"));
      assertStaysInside(root, entries.values());
    }
    assertThat(taken).as("trees that were taken").isBetween(20, 290);
  }

  private static Map<String, Entry> generatedLinks(Random random) {
    String[] places = {"a", "b", "c", "d/a", "d/b", "d/e/a", "d/e/b"};
    String[] steps = {"..", "..", ".", "a", "b", "d", "d/e", "e"};
    Map<String, Entry> entries = new TreeMap<>();
    entries.put("d", folder("d"));
    entries.put("d/e", folder("d/e"));
    for (int link = 0; link < 3; link++) {
      String path = places[random.nextInt(places.length)];
      StringBuilder target = new StringBuilder(steps[random.nextInt(steps.length)]);
      for (int step = random.nextInt(3); step > 0; step--) {
        target.append('/').append(steps[random.nextInt(steps.length)]);
      }
      try {
        entries.put(path, Entry.link(path, target.toString()));
      } catch (MalformedReleaseException refused) {
        // Outside as it is written: never becomes an entry.
        assertThat(refused).hasMessageContaining("outside");
      }
    }
    return entries;
  }

  private static void assertStaysInside(Path root, Iterable<Entry> entries) throws Exception {
    List<Path> links = new ArrayList<>();
    for (Entry entry : entries) {
      Path path = root.resolve(entry.path());
      if (entry.type() == Manifest.Type.DIRECTORY) {
        Files.createDirectories(path);
      } else {
        links.add(Files.createSymbolicLink(path, Path.of(entry.linkTarget())));
      }
    }
    for (Path link : links) {
      try {
        assertThat(link.toRealPath()).startsWith(root.toRealPath());
      } catch (FileSystemException dangling) {
        assertThat(Files.exists(link)).isFalse();
      }
    }
  }
}
