package dev.lockstep.versionmanagement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.CheckResult;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.testkit.ManualClock;
import dev.lockstep.testkit.TestRepository;
import dev.lockstep.versionmanagement.adapter.TufReleaseSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the publisher's signature to the offer on the bus: what is required, what is critical. */
class SignedFactsTest {
  private final ManualClock clock = ManualClock.at("2026-06-01T12:00:00Z");
  @TempDir private Path folder;
  private TestRepository repository;
  private TestHub hub;

  @BeforeEach
  void start() {
    repository = TestRepository.create(folder.resolve("repository"), clock);
    TestSettings settings = new TestSettings(folder.resolve("hub"));
    settings.autoDownload = false;
    settings.metadataUrl = repository.metadataUrl();
    settings.contentUrl = repository.contentUrl();
    settings.rootFile = repository.rootFile();
    hub = new TestHub(settings, clock, TufReleaseSource.of(settings.settings(), clock));
    hub.start().withApp();
  }

  @AfterEach
  void close() {
    hub.close();
    repository.close();
  }

  private static ReleaseSpec backend(String version) {
    return ReleaseSpec.of("backend", version).withProvides("backend", version);
  }

  private Offer offer() {
    CheckResponse response = hub.check();
    assertThat(response.getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
    return response.getOffer();
  }

  @Test
  @Tag("R174")
  @Tag("R172")
  void check_requiredReleaseAndNewerCriticalOne_requiredFirstAndEachAsItWasSigned() {
    repository.publish(backend("1.1.0"));
    repository.publish(backend("1.2.0").withRequired(true));
    repository.publish(backend("1.3.0").withCritical(true));

    Offer first = offer();
    assertThat(hub.offered(first)).containsOnly(Map.entry("backend", "1.2.0"));
    assertThat(first.getCritical()).isFalse();

    hub.backend("1.2.0");
    await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                hub.state().getComponentsList().stream()
                    .anyMatch(component -> component.getVersion().equals("1.2.0")));
    hub.pass(Duration.ofMinutes(2));
    hub.backend("1.2.0");
    Offer second = offer();
    assertThat(hub.offered(second)).containsOnly(Map.entry("backend", "1.3.0"));
    assertThat(second.getCritical()).isTrue();
    assertThat(second.getReleases(0).getCritical()).isTrue();
  }
}
