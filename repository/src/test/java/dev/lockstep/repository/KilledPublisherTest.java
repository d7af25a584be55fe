package dev.lockstep.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import dev.lockstep.repository.server.RepositoryServer;
import dev.lockstep.repository.storage.DurableFiles;
import dev.lockstep.repository.storage.FileSystemFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A publisher that dies at each of its steps, and readers before, at and after that. */
class KilledPublisherTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final int MORE_THAN_ALL_STEPS = 200;

  @TempDir private Path folder;

  /** The process died: nothing that follows has an effect either. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Dies before a step, or in the middle of writing a file. */
  private static final class DyingFiles implements DurableFiles {
    private final DurableFiles files = new FileSystemFiles();
    private int left;

    DyingFiles(int steps) {
      this.left = steps;
    }

    private boolean dies() {
      return left-- <= 0;
    }

    @Override
    public void write(Path file, byte[] content) throws IOException {
      if (dies()) {
        Files.write(file, java.util.Arrays.copyOf(content, content.length / 2));
        throw new Killed();
      }
      files.write(file, content);
    }

    @Override
    public void force(Path file) throws IOException {
      step();
      files.force(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      step();
      files.rename(from, to);
    }

    @Override
    public void link(Path existing, Path file) throws IOException {
      step();
      files.link(existing, file);
    }

    @Override
    public void delete(Path file) throws IOException {
      step();
      files.delete(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
      step();
      files.forceDirectory(directory);
    }

    private void step() {
      if (dies()) {
        throw new Killed();
      }
    }
  }

  private KeyFolder keys() {
    return new KeyFolder(folder.resolve("keys"), Passphrases.NONE);
  }

  @Test
  @DisplayName("killed at any step of publish: readers see old or new, and the next one publishes")
  void publish_killedAtEachStep_everyReaderSeesOldOrNew() throws IOException {
    ReleaseContent content = ReleaseContent.tree(Trees.small(folder.resolve("tree"), "text"));
    int step = 0;
    boolean finished = false;
    boolean sawOld = false;
    boolean sawNew = false;
    boolean leftSomething = false;
    for (; !finished && step < MORE_THAN_ALL_STEPS; step++) {
      Path repository = folder.resolve("repository-" + step);
      Publisher.initialize(repository, keys(), RepositorySettings.defaults(), CLOCK)
          .publish(ReleaseSpec.of("backend", "1.0.0"), content);
      try (RepositoryServer server =
          RepositoryServer.start(
              repository, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
        RepositoryDirectory directory = RepositoryDirectory.open(repository);
        ReadingClient old =
            ReadingClient.of(server, directory, folder.resolve("old-" + step), CLOCK);
        assertThat(old.versions("stable", "backend")).containsExactly("1.0.0");

        finished = publishAndDie(repository, content, step);

        List<String> seen = old.versions("stable", "backend");
        assertThat(seen).isIn(List.of("1.0.0"), List.of("1.0.0", "1.1.0"));
        sawOld |= seen.size() == 1;
        sawNew |= seen.size() == 2;
        leftSomething |= directory.incoming().toFile().list().length > 0;
        ReadingClient fresh =
            ReadingClient.of(server, directory, folder.resolve("fresh-" + step), CLOCK);
        assertThat(fresh.versions("stable", "backend")).isEqualTo(seen);

        Publisher.open(repository, keys(), CLOCK)
            .publish(ReleaseSpec.of("backend", "1.2.0"), content);
        assertThat(old.versions("stable", "backend")).startsWith("1.0.0").endsWith("1.2.0");
        assertThat(fresh.versions("stable", "backend"))
            .isEqualTo(old.versions("stable", "backend"));
        assertThat(directory.incoming()).isEmptyDirectory();
      }
    }
    assertThat(finished).isTrue();
    assertThat(step).isGreaterThan(10);
    assertThat(sawOld && sawNew && leftSomething).isTrue();
  }

  private boolean publishAndDie(Path repository, ReleaseContent content, int steps) {
    Publisher dying = Publisher.open(repository, keys(), CLOCK, new DyingFiles(steps));
    try {
      dying.publish(ReleaseSpec.of("backend", "1.1.0"), content);
      return true;
    } catch (Killed killed) {
      return false;
    }
  }

  @Test
  @DisplayName("killed at any step of init: init again makes the repository")
  void initialize_killedAtEachStep_canBeDoneAgain() throws IOException {
    int step = 0;
    for (boolean finished = false; !finished && step < MORE_THAN_ALL_STEPS; step++) {
      Path repository = folder.resolve("repository-" + step);
      try {
        Publisher.initialize(
            repository,
            keys(),
            RepositorySettings.defaults(),
            KeyPlan.DEFAULT,
            CLOCK,
            new DyingFiles(step));
        finished = true;
      } catch (Killed killed) {
        boolean visible = Files.exists(repository.resolve("metadata/timestamp.json"));
        if (!visible) {
          assertThatThrownBy(() -> RepositoryDirectory.open(repository))
              .isInstanceOf(RepositoryException.NotFound.class);
          Publisher.initialize(repository, keys(), RepositorySettings.defaults(), CLOCK);
        }
      }
      assertThat(RepositoryDirectory.open(repository).releases()).isEmpty();
    }
    assertThat(step).isGreaterThan(20);
  }
}
