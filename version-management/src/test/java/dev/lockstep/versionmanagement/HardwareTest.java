package dev.lockstep.versionmanagement;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.backendAt;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.release.DeviceFacts;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.DownloadComplete;
import dev.lockstep.protocol.v1.DownloadOutcome;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.Error;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.versionmanagement.domain.Catalogue;
import dev.lockstep.versionmanagement.domain.Exclusions;
import dev.lockstep.versionmanagement.domain.Hardware;
import dev.lockstep.versionmanagement.domain.Offer;
import dev.lockstep.versionmanagement.domain.OfferMaker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Releases for some hardware only: each device decides for itself, and nobody insists. */
@Tag("R61")
class HardwareTest {
  @TempDir private Path folder;

  @Test
  void make_ownHardwareIsNotMeant_isWithheldHere() {
    Catalogue catalogue =
        new Catalogue(List.of(backend("1.1.0", "1.1.0").onlyFor("model=Pi 4*")), List.of());

    OfferMaker.Proposal three = proposal(catalogue, "Pi 3 Model B");

    assertThat(three.offer()).isEqualTo(Offer.NONE);
    assertThat(three.withheld().get(0).reason())
        .isEqualTo("its publisher does not release it for the hardware of hub");
    assertThat(proposal(catalogue, "Pi 4 Model B").offer().inWords()).isEqualTo("backend 1.1.0");
  }

  private static OfferMaker.Proposal proposal(Catalogue catalogue, String model) {
    DeviceFacts facts =
        DeviceFacts.of("linux/amd64", Optional.of(model), Optional.empty(), Map.of());
    return new OfferMaker("stable")
        .make(
            List.of(backendAt("1.0.0", "1.0.0")),
            catalogue,
            Exclusions.NONE.and(new Hardware("hub", facts, List.of())));
  }

  private static void refuse(TestHub hub, String job, String device) {
    hub.peer.publish(
        Topics.DOWNLOAD_COMPLETE,
        DownloadComplete.newBuilder()
            .setJobId(job)
            .setDevice(device)
            .setComponent("kiosk-ui")
            .setVersion("1.1.0")
            .setOutcome(DownloadOutcome.DOWNLOAD_OUTCOME_FAILED)
            .setError(
                Error.newBuilder()
                    .setCode(ErrorCode.ERROR_CODE_NOT_FOR_THIS_HARDWARE)
                    .setCategory(ErrorCategory.ERROR_CATEGORY_OPERATOR)
                    .setMessage("cannot stage kiosk-ui 1.1.0: not for hardware like this"))
            .build());
  }

  private static DownloadRequest hearFor(TestHub hub, List<String> devices) {
    return hub.hear(
        Topics.DOWNLOAD_REQUEST,
        one ->
            one.getOffer().getReleasesCount() == 1
                && one.getOffer().getReleases(0).getDevicesList().equals(devices));
  }

  @Test
  void stagingRefused_device_isLeftOutFromThenOnAndTheOthersGoOn() {
    try (TestHub hub = new TestHub(new TestSettings(folder))) {
      hub.source.has(frontend("1.1.0", "^1.0.0"));
      hub.start().withApp();
      DownloadRequest all = hearFor(hub, List.of("kiosk-1", "kiosk-2"));

      refuse(hub, all.getJobId(), "kiosk-2");

      DownloadRequest rest = hearFor(hub, List.of("kiosk-1"));
      assertThat(rest.getJobId()).isNotEqualTo(all.getJobId());
      hub.stop();
      hub.forget();
      hub.start();
      assertThat(hub.check().getOffer().getReleases(0).getDevicesList())
          .as("it is remembered, and the release itself is not at fault")
          .containsExactly("kiosk-1");
    }
  }

  @Test
  void stagingRefused_everywhere_nothingIsOfferedAndTheDeviceIsAskedAgainWhenItIsBack() {
    try (TestHub hub = new TestHub(new TestSettings(folder))) {
      hub.source.has(frontend("1.1.0", "^1.0.0"));
      hub.start().withApp();
      DownloadRequest all = hearFor(hub, List.of("kiosk-1", "kiosk-2"));

      refuse(hub, all.getJobId(), "kiosk-2");
      refuse(hub, all.getJobId(), "kiosk-1");

      hub.awaitJob(all.getJobId(), "FAILED");
      assertThat(hub.check().hasOffer()).isFalse();
      assertThat(hub.check().getWithheld(0).getReason()).contains("hardware of kiosk");

      hub.announce(
          ComponentAnnounce.newBuilder()
              .setDevice("kiosk-2")
              .setComponent("kiosk-ui")
              .setRole(ComponentRole.COMPONENT_ROLE_FRONTEND)
              .setVersion("1.0.0")
              .setLeaving(true));
      hub.kiosk("kiosk-2", "1.0.0");
      hearFor(hub, List.of("kiosk-2"));
    }
  }
}
