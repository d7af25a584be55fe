package dev.lockstep.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.CheckResult;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.StateReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R111")
class StoreTextTest {
  private static final String LINE =
      "in the store: mobile-app 1.7.0 -> 2.0.0 (phone-1, phone-2), minimum version 1.8.0,"
          + " https://store.example/app";
  private static final Offer IN_STORE =
      Offer.newBuilder()
          .addInStore(
              OfferedRelease.newBuilder()
                  .setComponent("mobile-app")
                  .setFromVersion("1.7.0")
                  .setToVersion("2.0.0")
                  .setStoreLink("https://store.example/app")
                  .setMinimumVersion("1.8.0")
                  .addDevices("phone-1")
                  .addDevices("phone-2"))
          .build();

  @Test
  void check_onlyInAStore_saysWhereAndNothingOfAnInstall() {
    CheckResponse response =
        CheckResponse.newBuilder()
            .setResult(CheckResult.CHECK_RESULT_AVAILABLE)
            .setOffer(IN_STORE)
            .build();

    assertThat(MessageText.of(response)).isEqualTo(LINE);
  }

  @Test
  void offer_besideWhatIsInstalled_saysBoth() {
    Offer both =
        IN_STORE.toBuilder()
            .addReleases(OfferedRelease.newBuilder().setComponent("backend").setToVersion("1.1.0"))
            .build();

    assertThat(MessageText.of(both)).startsWith(LINE + "\navailable: backend 1.1.0 (");
  }

  @Test
  void status_inAStore_hasALineAboutIt() {
    StateReport report = StateReport.newBuilder().setOffer(IN_STORE).build();

    assertThat(StatusText.of(report).lines()).contains(LINE);
  }
}
