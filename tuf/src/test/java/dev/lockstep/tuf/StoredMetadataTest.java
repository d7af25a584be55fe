package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A store that somebody has written to, where no hash says what belongs there: signatures have to.
 */
class StoredMetadataTest {
  private final RepositorySimulator repository = new RepositorySimulator();
  private final ManualClock clock = new ManualClock();
  private final MemoryMetadataStore store = repository.initializedStore();

  @ParameterizedTest
  @Tag("R74")
  @ValueSource(strings = {"timestamp", "snapshot", "targets", "stable"})
  void refresh_storedDocumentOfTheRightVersionSignedByAStranger_isFetchedAgain(String role) {
    publish(repository);
    Updater before = repository.updater(store, clock);
    before.refresh();
    before.findTarget("stable/file");
    byte[] good = store.documents.get(role);
    RepositorySimulator stranger = new RepositorySimulator();
    publish(stranger);
    store.documents.put(role, stranger.files.get(stranger.pathOf(role)));
    store.saveRecord(new byte[0]);

    Updater after = repository.updater(store, clock);
    after.refresh();

    assertThat(after.findTarget("stable/file")).isPresent();
    assertThat(store.documents.get(role)).isEqualTo(good);
  }

  private static void publish(RepositorySimulator repository) {
    repository.statesLengthAndHashes = false;
    repository.delegate("targets", "stable", true, "stable/*");
    repository.addTarget("stable", "stable/file", "x");
    repository.publish("targets", "stable");
  }
}
