package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lockstep is stopped in an orderly way, or a person cancels, in the middle of a download. */
@Tag("R71")
class StoppedDownloadTest {
  @TempDir(factory = CrashTest.InMemory.class)
  static Path publisher;

  private static TestRepository repository;
  @TempDir Path folder;
  private final CountDownLatch inTheMiddle = new CountDownLatch(1);
  private SignedDevice device;

  @BeforeAll
  static void publish() {
    repository = SignedDevice.publish(publisher);
  }

  @AfterAll
  static void closeRepository() {
    repository.close();
  }

  @BeforeEach
  void open() {
    device = new SignedDevice(folder.resolve("device"), repository, new DiskFaults(0)).start();
    Stager real = device.device.stager;
    device.device.stager = (request, listener) -> real.stage(request, new Held(listener));
    device.device.engine.stage(
        "job",
        TestDevice.ID,
        ReleaseVersion.parse(SignedDevice.NEW),
        "stable/backend/backend-1.1.0.manifest.json");
    await().atMost(TestDevice.LONG).until(() -> inTheMiddle.getCount() == 0);
  }

  @AfterEach
  void close() throws IOException {
    device.close();
  }

  /** Gets no further than the first part until it is to stop. */
  private final class Held implements Stager.Listener {
    private final Stager.Listener heard;

    Held(Stager.Listener heard) {
      this.heard = heard;
    }

    @Override
    public void progress(long bytesDone, long bytesTotal) {
      heard.progress(bytesDone, bytesTotal);
      if (bytesDone > 0 && bytesDone < bytesTotal) {
        inTheMiddle.countDown();
        await().atMost(TestDevice.LONG).until(heard::cancelled);
      }
    }

    @Override
    public void log(String line) {
      heard.log(line);
    }

    @Override
    public boolean cancelled() {
      return heard.cancelled();
    }

    @Override
    public boolean stopping() {
      return heard.stopping();
    }
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("device"))) {
      return files.filter(file -> file.toString().endsWith(".part")).toList();
    }
  }

  @Test
  void close_inTheMiddleOfADownload_goesOnWhereItWas() throws IOException {
    device.device.stop(true);
    assertThat(kept()).singleElement().satisfies(part -> assertThat(part).isNotEmptyFile());

    device.start();
    await().atMost(TestDevice.LONG).until(() -> !device.device.reports.staged.isEmpty());
    assertThat(device.device.reports.staged.get(0).error()).isNull();
    assertThat(device.device.engine.log("job", 1, 100))
        .anyMatch(line -> line.text().contains("bytes are here already"));
    assertThat(kept()).isEmpty();
  }

  @Test
  @Tag("R72")
  void cancelStage_inTheMiddleOfADownload_keepsNothing() throws IOException {
    device.device.engine.cancelStage("job");
    await().atMost(TestDevice.LONG).until(() -> !device.device.reports.staged.isEmpty());
    assertThat(device.device.reports.staged.get(0).error().code())
        .isEqualTo(ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED);
    assertThat(kept()).isEmpty();
  }
}
