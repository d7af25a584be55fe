package dev.lockstep.protocol.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Names of devices as they travel. */
class DeviceNamesTest {
  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj("kiosk-%04d"::formatted).toList();
  }

  private static OfferedRelease release(int devices) {
    return OfferedRelease.newBuilder()
        .setComponent("kiosk-ui")
        .addAllDevices(names(devices))
        .build();
  }

  private static OfferedRelease packedAs(byte[] bytes) {
    return OfferedRelease.newBuilder().setPackedDevices(ByteString.copyFrom(bytes)).build();
  }

  private static byte[] zlib(byte[] content) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflater = new DeflaterOutputStream(out)) {
      deflater.write(content);
    }
    return out.toByteArray();
  }

  @Test
  @Tag("R166")
  void packed_fewDevices_staysAsItWas() {
    Offer offer = Offer.newBuilder().setOfferId("a").addReleases(release(50)).build();
    assertThat(DeviceNames.packed(offer)).isEqualTo(offer);
    assertThat(DeviceNames.of(offer.getReleases(0))).isEqualTo(names(50));
  }

  @Test
  void packed_manyDevices_isAFractionAndSaysTheSame() {
    Offer offer = Offer.newBuilder().addReleases(release(1000)).addInStore(release(1000)).build();

    Offer packed = DeviceNames.packed(offer);

    assertThat(packed.getSerializedSize()).isLessThan(offer.getSerializedSize() / 3);
    assertThat(packed.getReleases(0).getDevicesList()).isEmpty();
    assertThat(packed.getReleases(0).getComponent()).isEqualTo("kiosk-ui");
    assertThat(DeviceNames.of(packed.getReleases(0))).isEqualTo(names(1000));
    assertThat(DeviceNames.of(packed.getInStore(0))).isEqualTo(names(1000));
    assertThat(DeviceNames.packed(packed)).isEqualTo(packed);
  }

  @Test
  @Tag("R15")
  void of_rubbish_isRefused() throws Exception {
    byte[] whole = zlib("kiosk-1\nkiosk-2".getBytes());
    byte[] bomb = zlib(new byte[2 << 20]);
    assertThat(DeviceNames.of(packedAs(whole))).containsExactly("kiosk-1", "kiosk-2");
    for (byte[] bad : List.of(new byte[] {1, 2, 3}, List.of(whole).get(0).clone(), bomb)) {
      byte[] cut = bad.length == whole.length ? java.util.Arrays.copyOf(bad, 8) : bad;
      assertThatThrownBy(() -> DeviceNames.of(packedAs(cut)))
          .isInstanceOf(MalformedReleaseException.class)
          .hasMessageStartingWith("cannot read the packed names of devices: they ");
    }
  }
}
