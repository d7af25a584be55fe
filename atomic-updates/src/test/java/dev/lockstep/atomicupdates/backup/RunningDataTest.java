package dev.lockstep.atomicupdates.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.files.FileTrees;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Data of a component that goes on writing: its files take each other's places all the time. */
@Tag("R81")
class RunningDataTest {
  private static final List<String> PATHS = List.of("data");
  private static final int FILES = 20;
  private static final int ROUNDS = 60;
  @TempDir Path folder;
  private final ExecutorService component = Executors.newSingleThreadExecutor();
  private volatile boolean stopped;
  private Future<Long> writes;
  private Path home;
  private Backups backups;

  @BeforeEach
  void startsWriting() throws IOException {
    home = folder.resolve("backend");
    Path data = Files.createDirectories(home.resolve("data"));
    Files.writeString(data.resolve("precious"), "kept");
    backups = new Backups(home, folder.resolve("backups/backend"), FaultPoints.NONE);
    writes =
        component.submit(
            () -> {
              long count = 0;
              for (; !stopped; count++) {
                write(data, count);
              }
              return count;
            });
    await().until(() -> Files.exists(data.resolve("file0")));
  }

  private static void write(Path data, long count) throws IOException {
    Path file = data.resolve("file" + count % FILES);
    Path fresh = data.resolve(file.getFileName() + ".new");
    Files.writeString(fresh, "content " + count);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    Path today = Files.createDirectories(data.resolve("day" + count % FILES));
    Files.delete(today);
  }

  @AfterEach
  void stops() throws Exception {
    stopped = true;
    assertThat(writes.get()).as("it wrote all the time").isPositive();
    component.shutdown();
  }

  @Test
  @Tag("R85")
  void obstacle_filesComeAndGo_isNone() throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      assertThat(backups.obstacle(PATHS)).isEmpty();
      assertThat(backups.needed(PATHS)).isPositive();
    }
  }

  @Test
  void make_filesComeAndGo_keepsWhatStays() throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      String name = "backup_1.0.0_20260304_%06d".formatted(i);
      backups.begin(name, false);
      backups.make(name, ReleaseVersion.parse("1.0.0"), PATHS);
      assertThat(backups.damage(name)).isEmpty();
      Path copy = backups.folder().resolve(name).resolve("files/data");
      assertThat(copy.resolve("precious")).hasContent("kept");
      backups.changesSince(name, PATHS);
      FileTrees.delete(backups.folder().resolve(name));
    }
  }

  @Test
  void sync_filesComeAndGo_isNoFailure() throws IOException {
    for (int i = 0; i < ROUNDS; i++) {
      FileTrees.sync(home.resolve("data"));
    }
    assertThat(home.resolve("data/precious")).hasContent("kept");
  }

  @Test
  @Tag("R91")
  void copyOfABackup_aFileIsGone_isAFailure() {
    assertThatThrownBy(
            () ->
                TreeCopy.copy(
                    folder.resolve("nothing"), folder.resolve("copy"), new LargeFiles(home)))
        .isInstanceOf(NoSuchFileException.class);
  }
}
