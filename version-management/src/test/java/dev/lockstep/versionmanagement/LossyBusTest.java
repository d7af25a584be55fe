package dev.lockstep.versionmanagement;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.memory.Faults;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.InstallRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that is said is load-bearing. */
@Tag("R16")
class LossyBusTest {
  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void hub() {
    TestSettings settings = new TestSettings(folder);
    hub = new TestHub(settings);
    hub.source.has(backend("1.1.0", "1.1.0").asCritical(), frontend("1.1.0", "^1.0.0"));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  @Test
  void deployment_messagesLostAndDoubled_getsThroughOnce() {
    hub.peer.subscribe(Topics.DOWNLOAD_REQUEST, request -> hub.stage(request.payload()));
    hub.peer.subscribe(
        Topics.INSTALL_REQUEST,
        request -> {
          String job = request.payload().getJobId();
          hub.installed(job, "hub", "backend", InstallOutcome.INSTALL_OUTCOME_COMMITTED);
          hub.installed(job, "", "", InstallOutcome.INSTALL_OUTCOME_COMMITTED);
        });
    hub.start().withApp();

    hub.broker.faults(Faults.NONE.losing(0.3).doubling(0.2));

    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              hub.pass(Duration.ofSeconds(30));
              return hub.versions().status().join().jobs().stream()
                  .anyMatch(job -> job.deployment().state().name().equals("COMMITTED"));
            });
    hub.broker.faults(Faults.NONE);
    assertThat(hub.said(Topics.INSTALL_REQUEST).stream().map(InstallRequest::getJobId).distinct())
        .hasSize(1);
  }

  @Test
  void brokerGone_andBack_everythingIsSaidAgain() {
    hub.start().withApp();
    hub.broker.stop();
    hub.forget();

    hub.broker.start();

    hub.hear(
        Topics.AVAILABLE,
        available ->
            hub.offered(available.getOffer())
                .equals(Map.of("backend", "1.1.0", "kiosk-ui", "1.1.0")));
    hub.hear(Topics.POLICY_CHANGED, policy -> true);
    hub.hear(Topics.STATE_REPORT, report -> report.getOffer().getReleasesCount() > 0);
  }
}
