package dev.lockstep.frontendagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.lockstep.frontendagent.port.Frontend.StoreNotice;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.release.DeviceNames;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.UpdateAvailable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A frontend that people get from a store is told when there is a newer one. */
@Tag("R111")
class StoreNoticeTest {
  private static final StoreNotice TOO_OLD =
      new StoreNotice("kiosk-ui", "1.7.0", "2.0.0", "1.8.0", "https://store.example/app", true);

  @TempDir private Path folder;
  private AgentBench bench;

  @BeforeEach
  void open() throws IOException {
    bench = new AgentBench(folder);
    bench.start();
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private static OfferedRelease inStore(String device, String component, String from) {
    return OfferedRelease.newBuilder()
        .setComponent(component)
        .setFromVersion(from)
        .setToVersion("2.0.0")
        .setStoreLink("https://store.example/app")
        .setMinimumVersion("1.8.0")
        .addDevices(device)
        .build();
  }

  private void available(OfferedRelease... inStore) {
    bench.hub.publish(
        Topics.AVAILABLE,
        UpdateAvailable.newBuilder()
            .setOffer(Offer.newBuilder().addAllInStore(List.of(inStore)))
            .build());
  }

  @Test
  void available_olderThanTheMinimum_isToldOnceAndTakenBack() {
    available(inStore("kiosk-2", "kiosk-ui", "1.9.0"), inStore("kiosk-1", "kiosk-ui", "1.7.0"));
    await().until(() -> !bench.frontend.stores.isEmpty());
    available(inStore("kiosk-1", "kiosk-ui", "1.7.0"));
    available();
    await().until(() -> bench.frontend.stores.contains(Optional.<StoreNotice>empty()));

    assertThat(bench.frontend.stores).containsExactly(Optional.of(TOO_OLD), Optional.empty());
  }

  @Test
  @Tag("R15")
  void available_forManyDevices_namesAreUnpackedAndRubbishIsDropped() {
    OfferedRelease many =
        inStore("kiosk-1", "kiosk-ui", "1.7.0").toBuilder()
            .addAllDevices(IntStream.range(100, 200).mapToObj("kiosk-%d"::formatted).toList())
            .build();
    OfferedRelease packed =
        DeviceNames.packed(Offer.newBuilder().addInStore(many).build()).getInStore(0);
    assertThat(packed.getDevicesList()).isEmpty();

    available(packed.toBuilder().setPackedDevices(ByteString.copyFromUtf8("rubbish")).build());
    available(packed);
    available();
    await().until(() -> bench.frontend.stores.contains(Optional.<StoreNotice>empty()));

    assertThat(bench.frontend.stores).containsExactly(Optional.of(TOO_OLD), Optional.empty());
  }

  @Test
  void available_minimumVersionIsInstalled_isToldAndNotTooOld() {
    available(inStore("kiosk-1", "kiosk-ui", "1.8.0"));

    await().until(() -> !bench.frontend.stores.isEmpty());
    assertThat(bench.frontend.stores.get(0))
        .hasValueSatisfying(notice -> assertThat(notice.tooOld()).isFalse());
  }

  @Test
  void available_frontendIsNotUp_isToldOnceItIs() {
    bench.frontend.broken = AgentBench.notUp();
    available(inStore("kiosk-1", "kiosk-ui", "1.7.0"));
    // The next is handled after the first, whose telling has failed by then.
    available(inStore("kiosk-1", "kiosk-ui", "1.7.0"));

    bench.frontend.broken = null;

    await().until(() -> bench.frontend.stores.contains(Optional.of(TOO_OLD)));
  }

  @Test
  void available_otherDeviceOrNoWebAddress_isNotTold() {
    available(
        inStore("kiosk-1", "kiosk-ui", "1.7.0").toBuilder()
            .setStoreLink("javascript:alert(1)")
            .build());
    available(inStore("kiosk-2", "kiosk-ui", "1.7.0"), inStore("kiosk-1", "printer", "1.7.0"));
    available(inStore("kiosk-1", "kiosk-ui", "1.8.0"));

    await().until(() -> !bench.frontend.stores.isEmpty());
    assertThat(bench.frontend.stores).hasSize(1);
    assertThat(bench.frontend.stores.get(0))
        .hasValueSatisfying(notice -> assertThat(notice.fromVersion()).isEqualTo("1.8.0"));
  }
}
