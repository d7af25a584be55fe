package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.TargetDescription;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Section 5.7: targets. */
class TargetDownloadTest {
  private static final String PATH = "stable/backend/backend-1.0.0.tar.gz";
  private static final String CONTENT = "the content";

  @TempDir Path folder;
  private final RepositorySimulator repository = new RepositorySimulator();
  private final Updater updater =
      repository.updater(repository.initializedStore(), new ManualClock());
  private String served;

  private TargetFile published() {
    TargetDescription target = repository.addTarget("targets", PATH, CONTENT);
    served = repository.contentPath(PATH, target.hashes().get("sha256"));
    repository.publish("targets");
    updater.refresh();
    repository.requests.clear();
    return updater.findTarget(PATH).orElseThrow();
  }

  private void assertFolderEmpty() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  @Tag("R76")
  void download_target_isVerifiedAndInPlace() throws IOException {
    TargetFile target = published();
    Path destination = folder.resolve("sub/file");

    updater.download(target, destination);

    assertThat(destination).hasContent(CONTENT);
    assertThat(repository.requests)
        .containsExactly(
            "targets/stable/backend/"
                + Hashes.hex("sha256", CONTENT.getBytes(StandardCharsets.UTF_8))
                + ".backend-1.0.0.tar.gz");
    try (Stream<Path> files = Files.list(destination.getParent())) {
      assertThat(files).containsExactly(destination);
    }
  }

  @Test
  void download_fileIsThereAlready_causesNoRequest() throws IOException {
    TargetFile target = published();
    Path destination = Files.writeString(folder.resolve("file"), CONTENT);

    updater.download(target, destination);

    assertThat(repository.requests).isEmpty();
  }

  @Test
  @Tag("R76")
  void download_fileOfTheSameLengthIsThere_isComparedByItsHashAndReplaced() throws IOException {
    TargetFile target = published();
    Path destination = Files.writeString(folder.resolve("file"), CONTENT.toUpperCase());

    updater.download(target, destination);

    assertThat(destination).hasContent(CONTENT);
    assertThat(repository.requests).hasSize(1);
  }

  @Test
  @Tag("R78")
  void wrongSoftware_contentWithAnotherHash_isDeletedAndTheOldFileStays() throws IOException {
    TargetFile target = published();
    repository.files.put(served, "THE CONTENT".getBytes(StandardCharsets.UTF_8));
    Path destination = Files.writeString(folder.resolve("file"), "old");

    assertThatThrownBy(() -> updater.download(target, destination))
        .isInstanceOfSatisfying(
            LengthOrHashException.class,
            e -> assertThat(e.code()).isEqualTo("TRUST_LENGTH_OR_HASH"));
    assertThatThrownBy(() -> updater.fetchSmall(target, 100))
        .isInstanceOf(LengthOrHashException.class);

    assertThat(destination).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(destination);
    }
  }

  @Test
  @Tag("R76")
  @Tag("R78")
  void wrongLength_shorterOrLonger_isRefused() throws IOException {
    TargetFile target = published();
    for (String wrong : new String[] {CONTENT + "!", "the conten", ""}) {
      repository.files.put(served, wrong.getBytes(StandardCharsets.UTF_8));

      assertThatThrownBy(() -> updater.download(target, folder.resolve("file")))
          .isInstanceOf(LengthOrHashException.class);
      assertThatThrownBy(() -> updater.fetchSmall(target, 100))
          .isInstanceOf(LengthOrHashException.class);
    }
    assertFolderEmpty();
  }

  @Test
  @Tag("R76")
  void endlessData_isCutOffAtTheStatedLength() throws IOException {
    TargetFile target = published();
    repository.endless.add(served);

    assertThatThrownBy(() -> updater.download(target, folder.resolve("file")))
        .isInstanceOf(LengthOrHashException.class)
        .hasMessageContaining("longer than");
    assertThatThrownBy(() -> updater.fetchSmall(target, 100))
        .isInstanceOf(LengthOrHashException.class);
    assertFolderEmpty();
  }

  @Test
  void download_targetMissing_leavesNothing() throws IOException {
    TargetFile target = published();
    repository.files.remove(served);

    assertThatThrownBy(() -> updater.download(target, folder.resolve("file")))
        .isInstanceOf(FetchException.class);
    assertFolderEmpty();
  }

  @Test
  @Tag("R71")
  void download_connectionBreaks_isReportedAsThatAndLeavesNothing() throws IOException {
    published();
    Fetcher breaking =
        (uri, offset) ->
            new Download(
                new InputStream() {
                  @Override
                  public int read() throws IOException {
                    throw new IOException("broken on purpose");
                  }
                },
                0,
                OptionalLong.empty());
    TargetFile target = updater.findTarget(PATH).orElseThrow();

    assertThatThrownBy(
            () ->
                new TargetDownload(target, folder.resolve("file"), Optional.empty())
                    .run(breaking, URI.create("https://host/file")))
        .isInstanceOfSatisfying(
            FetchException.class, e -> assertThat(e.code()).isEqualTo("SOURCE_UNREACHABLE"));
    assertFolderEmpty();
  }

  @Test
  void fetchSmall_targetTooLarge_isRefusedBeforeAnyRequest() {
    TargetFile target = published();

    assertThatThrownBy(() -> updater.fetchSmall(target, 3)).isInstanceOf(LimitException.class);
    assertThat(repository.requests).isEmpty();
  }

  @Test
  void fetchSmall_unknownHashAlgorithmBesideAKnownOne_isPassedOver() {
    byte[] bytes = CONTENT.getBytes(StandardCharsets.UTF_8);
    TargetFile mixed =
        new TargetFile(
            PATH,
            bytes.length,
            Map.of("blake9", "00", "sha512", Hashes.hex("sha512", bytes)),
            "{}");
    TargetFile unknown = new TargetFile(PATH, bytes.length, Map.of("blake9", "00"), "{}");

    TargetDownload.digestsOf(mixed);
    assertThatThrownBy(() -> TargetDownload.digestsOf(unknown))
        .isInstanceOf(LengthOrHashException.class)
        .hasMessageContaining("blake9");
  }

  @Test
  void download_hundredMegabytes_isStreamed() throws IOException {
    long length = 100_000_000;
    var digest = Hashes.digest("sha256");
    byte[] chunk = new byte[1_000_000];
    for (int i = 0; i < 100; i++) {
      digest.update(chunk);
    }
    TargetFile target =
        new TargetFile(
            "large",
            length,
            Map.of("sha256", java.util.HexFormat.of().formatHex(digest.digest())),
            "{}");
    long[] mostInOneRead = new long[1];
    Fetcher zeros =
        (uri, offset) ->
            new Download(
                new InputStream() {
                  private long left = length;

                  @Override
                  public int read() {
                    return left-- > 0 ? 0 : -1;
                  }

                  @Override
                  public int read(byte[] target, int from, int count) {
                    mostInOneRead[0] = Math.max(mostInOneRead[0], count);
                    int given = (int) Math.min(left, count);
                    java.util.Arrays.fill(target, from, from + given, (byte) 0);
                    left -= given;
                    return given == 0 ? -1 : given;
                  }
                },
                0,
                OptionalLong.of(length));

    new TargetDownload(target, folder.resolve("large"), Optional.empty())
        .run(zeros, URI.create("https://h/x"));

    assertThat(Files.size(folder.resolve("large"))).isEqualTo(length);
    assertThat(mostInOneRead[0]).isLessThanOrEqualTo(1_000_000);
  }

  @Test
  @Tag("R56")
  void locate_contentElsewhereThanMetadata_isASettingOfItsOwn() {
    TargetFile target = new TargetFile("a b/c#d", 1, Map.of("sha256", "ab"), "{}");
    MemoryMetadataStore store = repository.initializedStore();
    Updater elsewhere =
        new Updater(
            UpdaterSettings.of(
                RepositorySimulator.METADATA, URI.create("https://cdn.example/content")),
            repository,
            store,
            new ManualClock());
    elsewhere.refresh();

    assertThat(elsewhere.locate(target))
        .isEqualTo(URI.create("https://cdn.example/content/a%20b/ab.c%23d"));
  }

  @Test
  void findTarget_customFacts_arriveAsJson() {
    repository
        .targets
        .get("targets")
        .put(
            "t",
            TargetDescription.of(
                1, Map.of("sha256", "ab"), JsonObject.parse("{\"lockstep\":{\"x\":[1,\"ä\"]}}")));
    repository.publish("targets");
    updater.refresh();

    assertThat(updater.findTarget("t").orElseThrow().customJson())
        .isEqualTo("{\"lockstep\":{\"x\":[1,\"ä\"]}}");
  }
}
