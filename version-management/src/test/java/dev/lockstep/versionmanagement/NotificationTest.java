package dev.lockstep.versionmanagement;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.UpdateAvailable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("R132")
@Tag("R140")
class NotificationTest {
  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void hub() {
    TestSettings settings = new TestSettings(folder);
    settings.autoDownload = false;
    hub = new TestHub(settings);
    hub.source.has(backend("1.1.0", "1.1.0"), frontend("1.1.0", "^1.0.0"));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  /** What people were told about since the test forgot. */
  private List<Map<String, String>> told() {
    // Everything that was done is behind this on the bus.
    hub.state();
    return hub.said(Topics.AVAILABLE).stream()
        .filter(UpdateAvailable::getNotify)
        .map(available -> hub.offered(available.getOffer()))
        .toList();
  }

  @Test
  void available_checkedRepeatedAndRestarted_isToldOnce() {
    hub.start().withApp();
    hub.hear(Topics.AVAILABLE, UpdateAvailable::getNotify);
    assertThat(told()).containsExactly(Map.of("backend", "1.1.0", "kiosk-ui", "1.1.0"));
    List<UpdateAvailable> said = hub.said(Topics.AVAILABLE);
    assertThat(said.get(said.size() - 1).getNotify())
        .as("the message that is kept for those who come late")
        .isFalse();

    hub.forget();
    hub.check();
    hub.pass(Duration.ofMinutes(1));
    hub.broker.stop();
    hub.broker.start();
    hub.hear(Topics.AVAILABLE, available -> true);
    hub.stop();
    hub.start();
    hub.pass(Duration.ofMinutes(1));
    hub.check();
    assertThat(told()).isEmpty();
    assertThat(hub.said(Topics.AVAILABLE)).isNotEmpty();
  }

  @Test
  @Tag("R171")
  void available_hostHasATopicOfItsOwn_isToldThereTooAndOnce() {
    Topic<UpdateAvailable> own = Topics.notification("ui/notification");
    List<UpdateAvailable> there = new CopyOnWriteArrayList<>();
    hub.broker.allow(own);
    hub.peer.subscribe(own, message -> there.add(message.payload()));
    hub.settings.notificationTopic = Optional.of("ui/notification");
    hub.start().withApp();
    hub.hear(Topics.AVAILABLE, UpdateAvailable::getNotify);

    hub.check();
    hub.pass(Duration.ofMinutes(1));
    hub.state();

    assertThat(there).hasSize(1);
    assertThat(hub.offered(there.get(0).getOffer()))
        .isEqualTo(Map.of("backend", "1.1.0", "kiosk-ui", "1.1.0"));
  }

  @Test
  void available_newVersion_isToldAgainAndAnOlderOneIsNot() {
    hub.start().withApp();
    hub.hear(Topics.AVAILABLE, UpdateAvailable::getNotify);
    hub.forget();

    hub.source.has(backend("1.2.0", "1.2.0"), frontend("1.1.0", "^1.0.0"));
    hub.check();
    assertThat(told()).containsExactly(Map.of("backend", "1.2.0", "kiosk-ui", "1.1.0"));

    hub.forget();
    hub.source.has(backend("1.1.0", "1.1.0"));
    hub.check();
    assertThat(told()).as("withdrawn, and known from before").isEmpty();
  }

  @Test
  void available_sameVersionForAnotherDevice_isNotToldAgain() {
    hub.start().withApp();
    hub.hear(Topics.AVAILABLE, UpdateAvailable::getNotify);
    hub.forget();

    hub.kiosk("kiosk-3", "1.0.0");
    hub.hear(
        Topics.AVAILABLE,
        available ->
            available.getOffer().getReleasesList().stream()
                .anyMatch(release -> release.getDevicesList().contains("kiosk-3")));

    assertThat(told()).isEmpty();
  }

  @Test
  void available_settingOff_isOfferedAndNobodyIsTold() {
    hub.settings.notifyAvailable = false;
    hub.start().withApp();
    assertThat(hub.check().getOffer().getReleasesCount()).isEqualTo(2);
    hub.pass(Duration.ofMinutes(1));
    assertThat(told()).isEmpty();

    hub.stop();
    hub.settings.notifyAvailable = true;
    hub.start();
    hub.pass(Duration.ofMinutes(1));
    hub.hear(Topics.AVAILABLE, UpdateAvailable::getNotify);
  }

  @Test
  void nothingAvailable_nobodyIsTold() {
    hub.source.has(backend("1.0.0", "1.0.0"));
    hub.start().withApp();
    hub.check();
    hub.pass(Duration.ofMinutes(1));

    assertThat(told()).isEmpty();
  }
}
