package dev.lockstep.versionmanagement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.testkit.ManualClock;
import dev.lockstep.testkit.TestRepository;
import dev.lockstep.versionmanagement.adapter.TufReleaseSource;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks against a channel in which every component has a role of its own. */
class ComponentRoleCheckTest {
  private final ManualClock clock = ManualClock.at("2026-06-01T12:00:00Z");
  @TempDir private Path folder;
  private TestRepository repository;
  private TestHub hub;

  @BeforeEach
  void start() {
    repository =
        TestRepository.create(
            folder.resolve("repository"),
            clock,
            RepositorySettings.defaults().withChannelTargets(0));
    for (String component : new String[] {"backend", "kiosk-ui", "printer", "stranger"}) {
      repository.publish(component, "1.2.0");
    }
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

  @Test
  @Tag("R4")
  void check_knownComponents_areOfferedAndNoOtherIsFetched() {
    CheckResponse response = hub.check();

    assertThat(response.getOffer().getReleasesList())
        .extracting(release -> release.getComponent() + " " + release.getToVersion())
        .contains("backend 1.2.0");
    assertThat(repository.accesses("stable-backend")).isNotEmpty();
    assertThat(repository.accesses("stable-kiosk-ui")).isNotEmpty();
    assertThat(repository.accesses("stranger")).isEmpty();
    assertThat(repository.accesses("printer")).isEmpty();
  }

  @Test
  @Tag("R4")
  void announce_componentThatNoCheckAskedAbout_isCheckedSoon() {
    hub.check();

    hub.announce(
        ComponentAnnounce.newBuilder()
            .setDevice("desk")
            .setComponent("printer")
            .setRole(ComponentRole.COMPONENT_ROLE_FRONTEND)
            .setVersion("1.0.0"));

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              hub.pass(Duration.ofMillis(1));
              assertThat(hub.state().getOffer().getReleasesList())
                  .anyMatch(release -> release.getComponent().equals("printer"));
            });
    assertThat(repository.accesses("stranger")).isEmpty();
  }
}
