package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tuf.metadata.Hashes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the folders while a target is downloaded, and after a process was killed. */
class PartialFileTest {
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);
  private static final TargetFile TARGET =
      new TargetFile("file", CONTENT.length, Map.of("sha256", Hashes.hex("sha256", CONTENT)), "{}");
  private static final URI PLACE = URI.create("https://host/file");

  @TempDir Path folder;
  private Path targets;
  private Path scratch;
  private final List<String> seen = new ArrayList<>();

  @BeforeEach
  void folders() throws IOException {
    targets = Files.createDirectory(folder.resolve("targets"));
    scratch = Files.createDirectory(folder.resolve("scratch"));
  }

  private static List<String> names(Path where) {
    try (Stream<Path> files = Files.list(where)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Looks into the folder of targets, and does something, when the first byte is asked for. */
  private Fetcher fetcher(Runnable meanwhile) {
    return (uri, offset) ->
        new Download(
            new InputStream() {
              private final InputStream bytes = new ByteArrayInputStream(CONTENT);
              private boolean started;

              @Override
              public int read() throws IOException {
                if (!started) {
                  started = true;
                  seen.addAll(names(targets));
                  meanwhile.run();
                }
                return bytes.read();
              }
            },
            0,
            OptionalLong.empty());
  }

  private TargetDownload download(String name) {
    return new TargetDownload(TARGET, targets.resolve(name), Optional.of(scratch));
  }

  @Test
  @Tag("R69")
  void download_running_showsNothingAmongTheTargets() {
    download("file").run(fetcher(() -> assertThat(names(scratch)).hasSize(1)), PLACE);

    assertThat(seen).isEmpty();
    assertThat(names(targets)).containsExactly("file");
    assertThat(names(scratch)).isEmpty();
  }

  @Test
  @Tag("R71")
  void download_afterAProcessWasKilled_removesWhatItLeftEvenIfNothingIsFetched()
      throws IOException {
    Files.write(targets.resolve("file"), CONTENT);
    Files.write(targets.resolve(".tuf-download-123.partial"), CONTENT);
    Files.write(targets.resolve(".mine.partial"), CONTENT);
    Files.write(scratch.resolve(".tuf-download-456.partial"), CONTENT);

    download("file")
        .run(
            (uri, offset) -> {
              throw new AssertionError("nothing is to be fetched");
            },
            PLACE);

    assertThat(names(targets)).containsExactly(".mine.partial", "file");
    assertThat(names(scratch)).isEmpty();
  }

  @Test
  @Tag("R69")
  void download_besideAnother_leavesThatOneAlone() {
    download("one").run(fetcher(() -> download("other").run(fetcher(() -> {}), PLACE)), PLACE);

    assertThat(names(targets)).containsExactly("one", "other");
    assertThat(names(scratch)).isEmpty();
  }

  @Test
  @Tag("R69")
  void download_withoutScratch_isHiddenBesideItsDestination() {
    new TargetDownload(TARGET, targets.resolve("file"), Optional.empty())
        .run(fetcher(() -> {}), PLACE);

    assertThat(seen)
        .singleElement()
        .satisfies(name -> assertThat(name).startsWith(".tuf-download"));
    assertThat(names(targets)).containsExactly("file");
  }
}
