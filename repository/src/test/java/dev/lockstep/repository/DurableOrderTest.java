package dev.lockstep.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.repository.storage.DurableFiles;
import dev.lockstep.repository.storage.FileSystemFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The order in which a publisher's steps reach the disk. {@link KilledPublisherTest} ends the
 * process between two of them; here it is the power that may go, which keeps what was synced.
 */
class DurableOrderTest {
  private static final ReleaseSelection BETA = ReleaseSelection.of("backend", "1.0.0", "beta");

  @TempDir private Path folder;

  /** Notes each step, and takes part in it without waiting for the disk. */
  private static final class Steps implements DurableFiles {
    private final DurableFiles files = new FileSystemFiles();
    private final Set<Path> synced = new HashSet<>();
    private final Set<Path> foldersToSync = new HashSet<>();
    private final List<Path> renamed = new ArrayList<>();

    @Override
    public void write(Path file, byte[] content) throws IOException {
      synced.remove(file);
      files.write(file, content);
    }

    @Override
    public void force(Path file) {
      synced.add(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      assertThat(synced).as("the content of %s is on the disk before its name", to).contains(from);
      if (to.endsWith("timestamp.json")) {
        assertThat(foldersToSync).as("all names are on the disk before the timestamp's").isEmpty();
      }
      files.rename(from, to);
      synced.remove(from);
      foldersToSync.add(to.getParent());
      renamed.add(to);
    }

    @Override
    public void link(Path existing, Path file) throws IOException {
      files.link(existing, file);
    }

    @Override
    public void delete(Path file) throws IOException {
      files.delete(file);
    }

    @Override
    public void forceDirectory(Path directory) {
      foldersToSync.remove(directory);
    }
  }

  private interface Verb {
    void run(Publisher publisher, Studio studio) throws IOException;
  }

  private record Deed(String name, Verb verb) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Deed> deeds() {
    return Stream.of(
        new Deed(
            "publish with a delta",
            (publisher, studio) ->
                publisher.publish(
                    ReleaseSpec.of("backend", "1.1.0").withChannel("beta"),
                    studio.tree("other"),
                    DeltaPlan.latest(1))),
        new Deed(
            "promote",
            (publisher, studio) -> publisher.promote(BETA, "stable", OptionalInt.empty())),
        new Deed("withdraw", (publisher, studio) -> publisher.withdraw(BETA)),
        new Deed("rollout", (publisher, studio) -> publisher.pauseRollout(BETA)),
        new Deed("refresh", (publisher, studio) -> publisher.refresh(Duration.ofDays(10_000))),
        new Deed(
            "rotate",
            (publisher, studio) ->
                publisher.rotate(
                    RepositorySettings.ROLES.stream().map(Rotation::of).toArray(Rotation[]::new))));
  }

  @ParameterizedTest
  @MethodSource("deeds")
  @DisplayName("content before names, targets before metadata, the timestamp last")
  void verb_eachStep_isOnTheDiskBeforeWhatRefersToIt(Deed deed) throws IOException {
    Studio studio = new Studio(folder, Clock.systemUTC()).initialize();
    studio
        .publisher()
        .publish(ReleaseSpec.of("backend", "1.0.0").withChannel("beta"), studio.tree("text"));
    Steps steps = new Steps();

    deed.verb()
        .run(Publisher.open(studio.repository(), studio.keys(), Clock.systemUTC(), steps), studio);

    // A root that comes with documents which the one before it accepts too may follow.
    assertThat(steps.renamed.stream().filter(file -> !file.toString().endsWith(".root.json")))
        .last()
        .isEqualTo(studio.repository().resolve("metadata/timestamp.json"));
    assertThat(steps.foldersToSync).isEmpty();
    Path metadata = studio.repository().resolve("metadata");
    assertThat(steps.renamed.stream().map(file -> file.startsWith(metadata)).distinct())
        .as("nothing of the content after the first metadata")
        .isIn(List.of(false, true), List.of(true));
    assertThat(Studio.seenBy(studio.reader("a"))).isNotNull();
  }
}
