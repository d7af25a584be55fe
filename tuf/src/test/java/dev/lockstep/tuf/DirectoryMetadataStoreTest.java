package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tuf.MetadataStore.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DirectoryMetadataStoreTest {
  @TempDir Path folder;

  private static final byte[] OLD = {1};
  private static final byte[] NEW = {2};

  private Path top() {
    return folder.resolve("metadata");
  }

  private List<String> topLevelFiles() throws IOException {
    try (Stream<Path> files = Files.list(top())) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void save_document_isThereUnderItsPlainName() throws IOException {
    DirectoryMetadataStore store = new DirectoryMetadataStore(top());

    store.save("timestamp", OLD);
    store.save("timestamp", NEW);
    store.save("../evil", OLD);
    store.saveRoot(1, OLD);
    store.saveRoot(12, NEW);

    assertThat(topLevelFiles()).containsExactly("..%2Fevil.json", "root.json", "timestamp.json");
    DirectoryMetadataStore again = new DirectoryMetadataStore(top());
    assertThat(again.load("timestamp")).contains(NEW);
    assertThat(again.load("../evil")).contains(OLD);
    assertThat(again.load("root")).contains(NEW);
    assertThat(again.rootHistory()).containsExactly(12L, 1L);
    assertThat(again.loadRoot(1)).contains(OLD);
    assertThat(again.load("missing")).isEmpty();
    assertThat(Files.exists(folder.resolve("evil.json"))).isFalse();
  }

  @Test
  void save_everything_isForItsOwnerOnly() throws IOException {
    DirectoryMetadataStore store = new DirectoryMetadataStore(top());
    store.saveRoot(1, OLD);
    store.acquire().close();

    try (Stream<Path> all = Files.walk(top())) {
      for (Path path : all.toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
            .as(path.toString())
            .endsWith("------");
      }
    }
  }

  @Test
  void save_roleWithALongName_isKept() {
    DirectoryMetadataStore store = new DirectoryMetadataStore(top());
    store.save("/".repeat(300) + "a", OLD);
    store.save("/".repeat(300) + "b", NEW);

    assertThat(store.load("/".repeat(300) + "a")).contains(OLD);
    assertThat(store.load("/".repeat(300) + "b")).contains(NEW);
  }

  @Test
  void recordRefresh_time_isKeptAndPassedOverWhenDamaged() throws IOException {
    DirectoryMetadataStore store = new DirectoryMetadataStore(top());
    assertThat(store.lastRefresh()).isEmpty();

    store.recordRefresh(RepositorySimulator.NOW);

    assertThat(new DirectoryMetadataStore(top()).lastRefresh()).contains(RepositorySimulator.NOW);
    Files.write(top().resolve(".work/last_refresh"), OLD);
    assertThat(store.lastRefresh()).isEmpty();
  }

  @Test
  void delete_document_isGone() {
    DirectoryMetadataStore store = new DirectoryMetadataStore(top());
    store.save("timestamp", OLD);

    store.delete("timestamp");
    store.delete("timestamp");

    assertThat(store.load("timestamp")).isEmpty();
  }

  @Test
  void acquire_leftoverOfADeadProcess_isRemoved() throws IOException {
    DirectoryMetadataStore store = new DirectoryMetadataStore(top());
    Path leftover = Files.write(top().resolve(".work").resolve("new123.tmp"), OLD);

    store.acquire().close();

    assertThat(leftover).doesNotExist();
  }

  @Test
  void acquire_heldByAnotherStoreObject_givesUpAtTheDeadline() {
    try (Lease held = new DirectoryMetadataStore(top()).acquire()) {
      assertThatThrownBy(() -> new DirectoryMetadataStore(top(), Duration.ofMillis(100)).acquire())
          .isInstanceOfSatisfying(
              StoreException.class, e -> assertThat(e.code()).isEqualTo("TRUST_STORE"))
          .hasMessageContaining("a folder of its own");
    }
    new DirectoryMetadataStore(top(), Duration.ofMillis(100)).acquire().close();
  }

  @Test
  void acquire_heldByAnotherThread_waits() throws Exception {
    DirectoryMetadataStore store = new DirectoryMetadataStore(top());
    Lease held = store.acquire();
    CompletableFuture<Void> other = CompletableFuture.runAsync(() -> store.acquire().close());

    assertThat(other.isDone()).isFalse();
    held.close();

    other.get(10, TimeUnit.SECONDS);
  }

  @Test
  void acquire_twiceByOneThread_isReleasedOnce() throws Exception {
    DirectoryMetadataStore store = new DirectoryMetadataStore(top(), Duration.ofMillis(200));
    try (Lease outer = store.acquire()) {
      store.acquire().close();
      assertThat(CompletableFuture.supplyAsync(() -> fails(store)).get(10, TimeUnit.SECONDS))
          .isTrue();
    }
    assertThat(CompletableFuture.supplyAsync(() -> fails(store)).get(10, TimeUnit.SECONDS))
        .isFalse();
  }

  private static boolean fails(MetadataStore store) {
    try {
      store.acquire().close();
      return false;
    } catch (StoreException e) {
      return true;
    }
  }

  @Test
  void acquire_heldByAnotherProcess_waitsForIt() throws Exception {
    DirectoryMetadataStore store = new DirectoryMetadataStore(top(), Duration.ofMillis(300));
    store.acquire().close();
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                top().toString())
            .redirectErrorStream(true)
            .start();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('L');
      assertThatThrownBy(store::acquire).isInstanceOf(StoreException.class);
    } finally {
      other.destroyForcibly().waitFor();
    }
    store.acquire().close();
  }

  /** Holds the lock until it is killed. */
  public static final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws IOException {
      try (Lease lease = new DirectoryMetadataStore(Path.of(arguments[0])).acquire()) {
        System.out.print('L');
        System.out.flush();
        System.in.read();
      }
    }
  }

  @Test
  void constructor_placeTakenByAFile_saysSo() throws IOException {
    Files.write(top(), OLD);

    assertThatThrownBy(() -> new DirectoryMetadataStore(top()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot use the metadata folder");
  }

  @Test
  void refresh_wholeWorkflow_leavesOnlyTrustedFiles() throws IOException {
    RepositorySimulator repository = new RepositorySimulator();
    DirectoryMetadataStore store = new DirectoryMetadataStore(top());
    assertThat(store.initializeRoot(repository.files.get("metadata/1.root.json"))).isTrue();
    repository.publishRoot();

    repository.updater(store, new ManualClock()).refresh();

    assertThat(topLevelFiles())
        .containsExactly("root.json", "snapshot.json", "targets.json", "timestamp.json");
    assertThat(Files.readAllBytes(top().resolve("root_history/2.root.json")))
        .isEqualTo(Files.readAllBytes(top().resolve("root.json")));
  }
}
