package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is on the disk, and not only in the cache of the system, when a call returns: the virtual
 * machine tells each file and folder that it has synced.
 */
class DurabilityTest {
  private static final String SYNCED = "jdk.FileForce";

  @TempDir Path folder;

  private interface Deed {
    void run() throws IOException;
  }

  @BeforeEach
  void flightRecorder() {
    assumeTrue(
        FlightRecorder.isAvailable(), "this virtual machine does not tell what it has synced");
  }

  private Path top() {
    return folder.resolve("metadata");
  }

  /** The files and folders that were synced meanwhile, in order; temporary names made equal. */
  private List<String> synced(Deed deed) throws IOException {
    try (Recording recording = new Recording()) {
      recording.enable(SYNCED).withThreshold(Duration.ZERO).withoutStackTrace();
      recording.start();
      deed.run();
      recording.stop();
      Path file = folder.resolve("recording.jfr");
      recording.dump(file);
      return RecordingFile.readAllEvents(file).stream()
          .filter(event -> event.getEventType().getName().equals(SYNCED))
          .map(event -> event.getString("path"))
          .filter(path -> path != null && path.startsWith(folder.toString()))
          .map(path -> folder.relativize(Path.of(path)).toString().replaceAll("[0-9]+", "N"))
          .toList();
    }
  }

  @Test
  void save_document_isOnTheDiskWithItsName() throws IOException {
    DirectoryMetadataStore store = new DirectoryMetadataStore(top());

    assertThat(synced(() -> store.save("timestamp", new byte[] {1})))
        .containsExactly("metadata/.work/newN.tmp", "metadata");
    assertThat(synced(() -> store.saveRoot(2, new byte[] {1})))
        .as("the history first")
        .containsExactly(
            "metadata/.work/newN.tmp",
            "metadata/root_history",
            "metadata/.work/newN.tmp",
            "metadata");
    assertThat(synced(() -> store.delete("timestamp"))).containsExactly("metadata");
  }

  @Test
  void download_target_isOnTheDiskWithItsName() throws IOException {
    RepositorySimulator repository = new RepositorySimulator();
    repository.addTarget("targets", "file", "content");
    repository.publish("targets");
    DirectoryMetadataStore store = new DirectoryMetadataStore(top());
    store.initializeRoot(repository.files.get("metadata/1.root.json"));
    Updater updater = repository.updater(store, new ManualClock());
    updater.refresh();
    TargetFile target = updater.getTarget("file");

    assertThat(synced(() -> updater.download(target, folder.resolve("content/file"))))
        .containsExactly("metadata/.work/.tuf-download-N.partial", "content");
  }
}
