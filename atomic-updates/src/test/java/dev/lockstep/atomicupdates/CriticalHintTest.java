package dev.lockstep.atomicupdates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.bus.TestDevices;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SourceSettings;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DownloadComplete;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.PrepareRequest;
import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.protocol.v1.UpdateAvailable;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.testkit.TestRepository;
import dev.lockstep.testkit.TreeFixture;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An offer on the bus is a hint, also where it says how urgent a release is. */
class CriticalHintTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final String VERSION = "1.1.0";
  @TempDir Path folder;

  private static Settings from(TestRepository repository, Settings settings) {
    return new Settings(
        settings.device(),
        settings.bus(),
        new SourceSettings(
            repository.metadataUrl(),
            repository.contentUrl(),
            repository.rootFile(),
            true,
            Optional.empty(),
            SourceSettings.Via.DIRECT),
        settings.update(),
        settings.deployment(),
        settings.notice(),
        settings.lanCache(),
        settings.components());
  }

  private static Offer offer(boolean critical) {
    return Offer.newBuilder()
        .setOfferId("offer-1")
        .setCritical(critical)
        .addReleases(
            OfferedRelease.newBuilder()
                .setComponent("backend")
                .setToVersion(VERSION)
                .setChannel("stable")
                .setCritical(critical)
                .setManifestTarget("stable/backend/backend-" + VERSION + ".manifest.json")
                .addDevices("hub"))
        .build();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("R172")
  void install_offerSaysTheOppositeOfWhatIsSigned_componentsHearWhatIsSigned(boolean signed)
      throws Exception {
    List<PrepareRequest> prepares = new CopyOnWriteArrayList<>();
    List<DownloadComplete> downloads = new CopyOnWriteArrayList<>();
    try (TestRepository repository = TestRepository.create(folder.resolve("repository"));
        InMemoryBroker broker = InMemoryBroker.threaded();
        Bus observer = broker.connect("observer");
        Bus bus = broker.connect("hub");
        AtomicUpdates hub =
            AtomicUpdates.open(
                from(repository, TestDevices.backendSettings("hub", folder)),
                bus,
                Clock.systemUTC(),
                new HttpFetcher(HttpSettings.defaults().withPlainHttp(true), Clock.systemUTC()),
                FaultPoints.NONE,
                true)) {
      repository.publish(
          ReleaseSpec.of("backend", VERSION).withCritical(signed),
          TreeFixture.small("backend", VERSION));
      observer.subscribe(Topics.PREPARE_REQUEST, message -> prepares.add(message.payload()));
      observer.subscribe(Topics.DOWNLOAD_COMPLETE, message -> downloads.add(message.payload()));
      hub.start();
      observer.publish(
          Topics.AVAILABLE, UpdateAvailable.newBuilder().setOffer(offer(!signed)).build());
      observer.publish(
          Topics.DOWNLOAD_REQUEST,
          DownloadRequest.newBuilder().setJobId("job-1").setOffer(offer(!signed)).build());
      await().atMost(LONG).until(() -> downloads.size() == 1);
      assertThat(downloads.get(0).getStaged()).as(downloads.toString()).isTrue();

      observer.publish(
          Topics.INSTALL_REQUEST,
          InstallRequest.newBuilder()
              .setJobId("job-1")
              .setOfferId("offer-1")
              .addReleases(ReleaseId.newBuilder().setComponent("backend").setVersion(VERSION))
              .build());

      await().atMost(LONG).until(() -> !prepares.isEmpty());
      assertThat(prepares.get(0).getCritical()).isEqualTo(signed);
    }
  }
}
