package dev.lockstep.versionmanagement;

import static dev.lockstep.versionmanagement.domain.Samples.mobile;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.release.DeviceNames;
import dev.lockstep.protocol.v1.Api;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.CheckResult;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.UpdateAvailable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people get from a store is told to them, and nothing else is done about it. */
@Tag("R111")
class InStoreTest {
  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void hub() {
    TestSettings settings = new TestSettings(folder);
    settings.autoInstall = true;
    hub = new TestHub(settings);
    hub.source.has(mobile("2.0.0", "^1.0.0"));
    hub.start().withApp();
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private static ComponentAnnounce.Builder phone(String version) {
    return ComponentAnnounce.newBuilder()
        .setDevice("phone-1")
        .setComponent("mobile-app")
        .setRole(ComponentRole.COMPONENT_ROLE_FRONTEND)
        .setVersion(version)
        .addRequires(Api.newBuilder().setName("backend").setVersion("^1.0.0"));
  }

  @Test
  void available_onlyInAStore_isToldOnceAndNothingIsDownloadedOrInstalled() {
    hub.announce(phone("0.9.0"));
    UpdateAvailable told = hub.hear(Topics.AVAILABLE, UpdateAvailable::getNotify);
    CheckResponse checked = hub.check();
    hub.pass(Duration.ofDays(2));
    hub.announce(phone("0.9.0"));

    assertThat(told.getOffer().getInStoreList())
        .singleElement()
        .satisfies(
            release -> {
              assertThat(release.getComponent()).isEqualTo("mobile-app");
              assertThat(release.getFromVersion()).isEqualTo("0.9.0");
              assertThat(release.getToVersion()).isEqualTo("2.0.0");
              assertThat(release.getStoreLink()).isEqualTo("https://store.example/app");
              assertThat(release.getMinimumVersion()).isEqualTo("1.0.0");
              assertThat(release.getNotes()).isEqualTo("notes of 2.0.0");
              assertThat(release.getDevicesList()).containsExactly("phone-1");
              assertThat(release.getManifestTarget()).isEmpty();
            });
    assertThat(told.getOffer().getReleasesList()).isEmpty();
    assertThat(told.getOffer().getOfferId()).isEmpty();
    assertThat(checked.getResult()).isEqualTo(CheckResult.CHECK_RESULT_AVAILABLE);
    assertThat(checked.getOffer().getInStoreList()).isEqualTo(told.getOffer().getInStoreList());
    assertThat(hub.state().getOffer().getInStoreList()).isEqualTo(told.getOffer().getInStoreList());
    assertThat(hub.state().getJobsList()).isEmpty();
    assertThat(hub.said(Topics.AVAILABLE)).filteredOn(UpdateAvailable::getNotify).hasSize(1);
    assertThat(hub.said(Topics.DOWNLOAD_REQUEST)).isEmpty();
    assertThat(hub.said(Topics.INSTALL_REQUEST)).isEmpty();
    assertThat(hub.schedule(ScheduleRequest.Action.ACTION_NOW).getAccepted()).isFalse();
  }

  @Test
  void available_forManyDevices_packsTheirNamesOnlyInWhatIsSaidToEverybody() {
    List<String> names = IntStream.range(100, 160).mapToObj("phone-%d"::formatted).toList();
    for (String name : names) {
      hub.announce(phone("0.9.0").setDevice(name));
    }

    CheckResponse checked = hub.check();
    OfferedRelease told =
        hub.hear(
                Topics.AVAILABLE,
                available ->
                    available.getOffer().getInStoreCount() == 1
                        && DeviceNames.of(available.getOffer().getInStore(0)).size() == 60)
            .getOffer()
            .getInStore(0);
    OfferedRelease reported =
        hub.hear(
                Topics.STATE_REPORT,
                report -> report.getOffer().getInStoreList().equals(List.of(told)))
            .getOffer()
            .getInStore(0);

    assertThat(checked.getOffer().getInStore(0).getDevicesList()).isEqualTo(names);
    assertThat(hub.state().getOffer().getInStore(0).getDevicesList()).isEqualTo(names);
    assertThat(told.getDevicesList()).isEmpty();
    assertThat(DeviceNames.of(told)).isEqualTo(names);
    assertThat(DeviceNames.of(reported)).isEqualTo(names);
  }

  @Test
  void available_peopleGotIt_isTakenBack() {
    hub.announce(phone("0.9.0"));
    hub.hear(Topics.AVAILABLE, available -> available.getOffer().getInStoreCount() == 1);
    hub.forget();

    hub.announce(phone("2.0.0"));

    hub.hear(Topics.AVAILABLE, available -> available.getOffer().getInStoreCount() == 0);
    assertThat(hub.check().getResult()).isEqualTo(CheckResult.CHECK_RESULT_UP_TO_DATE);
    assertThat(hub.state().hasOffer()).isFalse();
  }
}
