package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a refresh with a copy finds out, and that the folder is as it was. */
@Tag("R163")
class CopiedMetadataStoreTest {
  @TempDir Path folder;
  private final RepositorySimulator repository = new RepositorySimulator();
  private final ManualClock clock = new ManualClock();

  private Path top() {
    return folder.resolve("metadata");
  }

  private Map<String, String> content() throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        content.put(
            file.toString(),
            Files.getLastModifiedTime(file)
                + (Files.isRegularFile(file) ? Arrays.toString(Files.readAllBytes(file)) : ""));
      }
    }
    return content;
  }

  private byte[] firstRoot() {
    return repository.initializedStore().load("root").orElseThrow();
  }

  @Test
  void refresh_newMetadata_isVerifiedFromWhatTheFolderHoldsAndTheFolderStays() throws IOException {
    DirectoryMetadataStore real = new DirectoryMetadataStore(top());
    real.initializeRoot(firstRoot());
    repository.updater(real, clock).refresh();
    repository.publish("targets");
    Map<String, String> before = content();
    CopiedMetadataStore copy = new CopiedMetadataStore(top());

    repository.updater(copy, clock).refresh();

    assertThat(copy.load("timestamp").orElseThrow())
        .isNotEqualTo(real.load("timestamp").orElseThrow());
    assertThat(copy.lastRefresh()).isEqualTo(real.lastRefresh());
    assertThat(copy.rootHistory()).isEqualTo(real.rootHistory());
    assertThat(content()).isEqualTo(before);
  }

  @Test
  void refresh_folderThatIsNotThere_beginsWithTheRootGivenAndMakesNoFolder() {
    CopiedMetadataStore copy = new CopiedMetadataStore(top());
    assertThat(copy.initializeRoot(firstRoot())).isTrue();
    assertThat(copy.initializeRoot(firstRoot())).isFalse();

    repository.updater(copy, clock).refresh();

    assertThat(copy.load("targets")).isPresent();
    assertThat(copy.rootHistory()).containsExactly(1L);
    assertThat(copy.loadRoot(1)).isPresent();
    copy.delete("targets");
    assertThat(copy.load("targets")).isEmpty();
    assertThat(top()).doesNotExist();
  }
}
