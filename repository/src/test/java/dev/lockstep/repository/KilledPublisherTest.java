package dev.lockstep.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tuf.Updater;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A publisher that dies at each of its steps, and readers before, at and after that. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledPublisherTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final int MORE_THAN_ALL_STEPS = 200;
  private static final ReleaseSelection BETA = ReleaseSelection.of("backend", "1.0.0", "beta");

  /** So that a second release gives its component a role of its own. */
  private static final RepositorySettings ONE_RELEASE_IN_A_CHANNEL =
      RepositorySettings.defaults().withChannelTargets(2);

  private Path folder;
  private Studio prepared;
  private final MemoryStore known = new MemoryStore();

  /** What a publisher is killed at. */
  private interface Verb {
    void run(Publisher publisher, Studio studio) throws IOException;
  }

  /**
   * One verb, and whether readers can tell that it was done.
   *
   * @param after what a reader sees afterwards; null if it sees the same as before
   */
  private record Deed(String name, Verb verb, List<String> after) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<String> BEFORE = List.of("beta 1.0.0 40%", "stable 0.9.0 100%");

  static Stream<Deed> deeds() {
    return Stream.of(
        new Deed(
            "publish",
            (publisher, studio) ->
                publisher.publish(ReleaseSpec.of("backend", "1.1.0"), studio.tree("text")),
            List.of("beta 1.0.0 40%", "stable 0.9.0 100%", "stable 1.1.0 100%")),
        new Deed(
            "publish, and rotate the key of a channel with a component's role",
            (publisher, studio) -> {
              publisher.publish(ReleaseSpec.of("backend", "1.1.0"), studio.tree("text"));
              publisher.rotate(Rotation.of("stable"));
            },
            List.of("beta 1.0.0 40%", "stable 0.9.0 100%", "stable 1.1.0 100%")),
        new Deed(
            "promote",
            (publisher, studio) -> publisher.promote(BETA, "stable", OptionalInt.empty()),
            List.of("beta 1.0.0 40%", "stable 0.9.0 100%", "stable 1.0.0 40%")),
        new Deed(
            "withdraw",
            (publisher, studio) -> publisher.withdraw(BETA),
            List.of("stable 0.9.0 100%")),
        new Deed(
            "rollout pause",
            (publisher, studio) -> publisher.pauseRollout(BETA),
            List.of("beta 1.0.0 0%", "stable 0.9.0 100%")),
        new Deed(
            "refresh of everything",
            (publisher, studio) -> publisher.refresh(Duration.ofDays(10_000)),
            null),
        rotation("root"),
        rotation("timestamp"),
        rotation("stable"),
        new Deed(
            "rotate all",
            (publisher, studio) ->
                publisher.rotate(
                    RepositorySettings.ROLES.stream().map(Rotation::of).toArray(Rotation[]::new)),
            null),
        new Deed(
            "merge",
            (publisher, studio) -> {
              Path draft = studio.repository().resolveSibling("draft.json");
              publisher.merge(List.of(Draft.read(draft).signedBy(studio.keys())));
            },
            List.of("beta 1.0.0 40%")));
  }

  private static Deed rotation(String role) {
    return new Deed(
        "rotate " + role, (publisher, studio) -> publisher.rotate(Rotation.of(role)), null);
  }

  @BeforeAll
  void prepare(@TempDir Path shared) throws IOException {
    folder = shared;
    prepared =
        new Studio(Files.createDirectory(folder.resolve("prepared")), CLOCK)
            .initialize(ONE_RELEASE_IN_A_CHANNEL, KeyPlan.DEFAULT);
    Publisher publisher = prepared.publisher();
    publisher.publish(
        ReleaseSpec.of("backend", "1.0.0").withChannel("beta").withRolloutPercent(40),
        prepared.tree("text"));
    publisher.publish(ReleaseSpec.of("backend", "0.9.0"), prepared.tree("text"));
    // A draft that takes 0.9.0 back, made without the key.
    Path key = prepared.keyFiles("stable").get(0);
    Path aside = folder.resolve("aside.key");
    Files.move(key, aside);
    prepared
        .publisher()
        .withDraft(folder.resolve("prepared/draft.json"))
        .withdraw(ReleaseSelection.of("backend", "0.9.0", "stable"));
    Files.move(aside, key);
    assertThat(Studio.seenBy(prepared.reader(known))).isEqualTo(BEFORE);
  }

  @ParameterizedTest
  @MethodSource("deeds")
  @DisplayName("killed at any step: every reader sees old or new, and the next one goes on")
  void verb_killedAtEachStep_everyReaderSeesOldOrNew(Deed deed) throws IOException {
    Set<List<String>> expected = new HashSet<>(List.of(BEFORE));
    List<String> after = deed.after() == null ? BEFORE : deed.after();
    expected.add(after);
    Set<List<String>> observed = new HashSet<>();
    boolean finished = false;
    int step = 0;
    for (; !finished && step < MORE_THAN_ALL_STEPS; step++) {
      Studio studio = prepared.copyTo(folder.resolve(deed.name() + step));
      finished = runAndDie(deed, studio, step);

      Updater wakeful = studio.reader(known.copy());
      List<String> seen = Studio.seenBy(wakeful);
      assertThat(seen).isIn(expected);
      observed.add(seen);
      assertThat(Studio.seenBy(studio.reader(new MemoryStore()))).isEqualTo(seen);

      studio.publisher().publish(ReleaseSpec.of("backend", "2.0.0"), studio.tree("text"));
      assertThat(Studio.seenBy(wakeful)).contains("stable 2.0.0 100%").containsAll(seen);
      assertThat(studio.directory().incoming()).isEmptyDirectory();
      remove(folder.resolve(deed.name() + step));
    }
    assertThat(finished).isTrue();
    assertThat(step).isGreaterThan(4);
    assertThat(observed).isEqualTo(expected);
  }

  private static boolean runAndDie(Deed deed, Studio studio, int steps) throws IOException {
    try {
      deed.verb().run(studio.publisherDyingAfter(steps), studio);
      return true;
    } catch (FastFiles.Killed killed) {
      return false;
    }
  }

  private static void remove(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  @DisplayName("killed at any step of init: init again makes the repository")
  void initialize_killedAtEachStep_canBeDoneAgain() throws IOException {
    int step = 0;
    for (boolean finished = false; !finished && step < MORE_THAN_ALL_STEPS; step++) {
      Path repository = folder.resolve("repository-" + step);
      try {
        initialize(repository, FastFiles.dyingAfter(step));
        finished = true;
      } catch (FastFiles.Killed killed) {
        boolean visible = Files.exists(repository.resolve("metadata/timestamp.json"));
        if (!visible) {
          assertThatThrownBy(() -> RepositoryDirectory.open(repository))
              .isInstanceOf(RepositoryException.NotFound.class);
          initialize(repository, FastFiles.immortal());
        }
      }
      assertThat(RepositoryDirectory.open(repository).releases()).isEmpty();
    }
    assertThat(step).isGreaterThan(10);
  }

  private void initialize(Path repository, FastFiles files) {
    Publisher.initialize(
        repository, prepared.keys(), RepositorySettings.defaults(), KeyPlan.DEFAULT, CLOCK, files);
  }
}
