package dev.lockstep.atomicupdates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.bus.TestDevices;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.release.DeviceNames;
import dev.lockstep.protocol.v1.DownloadCancel;
import dev.lockstep.protocol.v1.DownloadComplete;
import dev.lockstep.protocol.v1.DownloadOutcome;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import dev.lockstep.testkit.TestRepository;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.Fetcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackgroundDownloadTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  @Test
  @Tag("R67")
  @Tag("R46")
  @Tag("R72")
  void download_sourceKeepsUsWaiting_theBusIsAnsweredMeanwhile(@TempDir Path folder)
      throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Settings settings = TestDevices.backendSettings("hub", folder);
    List<DownloadComplete> ends = new CopyOnWriteArrayList<>();
    try (TestRepository repository = TestRepository.create(folder.resolve("repository"));
        InMemoryBroker broker = InMemoryBroker.threaded();
        Bus observer = broker.connect("observer");
        Bus bus = broker.connect("hub")) {
      Files.copy(repository.rootFile(), settings.source().rootFile());
      Fetcher slow =
          (uri, offset) -> {
            asked.countDown();
            awaitQuietly(release);
            throw FetchException.of(FetchException.Kind.UNREACHABLE, uri, "released", null);
          };
      try (AtomicUpdates hub =
          AtomicUpdates.open(settings, bus, Clock.systemUTC(), slow, FaultPoints.NONE, true)) {
        observer.subscribe(Topics.DOWNLOAD_COMPLETE, message -> ends.add(message.payload()));
        hub.start();
        observer.publish(Topics.DOWNLOAD_REQUEST, request("1.1.0"));
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

        StateReport report =
            observer
                .request(
                    Topics.STATE_REQUEST,
                    StateRequest.getDefaultInstance(),
                    Topics.STATE_REPORT,
                    RequestOptions.within(Duration.ofSeconds(10)))
                .get()
                .payload();

        assertThat(report.getJobsList())
            .anySatisfy(
                job -> {
                  assertThat(job.getJobId()).isEqualTo("job-1");
                  assertThat(job.getFinished()).isFalse();
                });
        assertThat(ends).isEmpty();
        observer.publish(
            Topics.DOWNLOAD_CANCEL, DownloadCancel.newBuilder().setJobId("job-1").build());
        // Requests are taken in their order: once this one is refused, the cancel was heard.
        observer.publish(Topics.DOWNLOAD_REQUEST, request("1.2.0"));
        await().atMost(LONG).until(() -> ends.size() == 1);
        ends.clear();
        release.countDown();
        await().atMost(LONG).until(() -> !ends.isEmpty());
        assertThat(ends.get(0).getOutcome()).isEqualTo(DownloadOutcome.DOWNLOAD_OUTCOME_CANCELLED);
        assertThat(ends.get(0).getError().getCode())
            .isEqualTo(ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED);
        assertThat(ends.get(0).getStaged()).isFalse();
      }
    }
  }

  /** For so many devices that their names are packed. */
  private static DownloadRequest request(String version) {
    Offer offer =
        Offer.newBuilder()
            .setOfferId("offer-1")
            .addReleases(
                OfferedRelease.newBuilder()
                    .setComponent("backend")
                    .setToVersion(version)
                    .setChannel("stable")
                    .setManifestTarget("stable/backend/backend-" + version + ".manifest.json")
                    .addAllDevices(IntStream.range(0, 60).mapToObj("edge-%d"::formatted).toList())
                    .addDevices("hub"))
            .build();
    assertThat(DeviceNames.packed(offer).getReleases(0).getDevicesList()).isEmpty();
    return DownloadRequest.newBuilder()
        .setJobId("job-1")
        .setOffer(DeviceNames.packed(offer))
        .build();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      if (!latch.await(30, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody let go");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
