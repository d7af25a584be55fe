package dev.lockstep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.Envelope;
import dev.lockstep.protocol.v1.InstallComplete;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the broker reads without decoding must be what a decoder sees afterwards. */
@Tag("R151")
class ClaimsReaderTest {
  private static final ClaimsReader READER = ClaimsReader.of(Topics.COMPONENT_ANNOUNCE);

  private static Envelope envelope(ComponentAnnounce content) {
    return Envelopes.wrap(
        Topics.COMPONENT_ANNOUNCE, content, "id", Instant.EPOCH, "kiosk", Map.of("key", "k"));
  }

  private static ComponentAnnounce announce(String device) {
    return ComponentAnnounce.newBuilder().setDevice(device).setComponent("ui").build();
  }

  @Test
  void read_anEnvelope_findsSourceKeyDeviceAndComponent() {
    Claims claims = READER.read(envelope(announce("kiosk-1")).toByteArray()).orElseThrow();

    assertThat(claims.source()).isEqualTo("kiosk");
    assertThat(claims.key()).isEqualTo("k");
    assertThat(claims.device()).isEqualTo("kiosk-1");
    assertThat(claims.component()).isEqualTo("ui");
    assertThat(READER.namesDevice()).isTrue();
    assertThat(ClaimsReader.of(Topics.CHECK_REQUEST).namesDevice()).isFalse();
  }

  @Test
  void read_aSecondDeviceAfterTheFirst_isRefused() {
    byte[] content = announce("mine").toByteArray();
    byte[] more = ComponentAnnounce.newBuilder().setDevice("yours").build().toByteArray();
    byte[] both = Arrays.copyOf(content, content.length + more.length);
    System.arraycopy(more, 0, both, content.length, more.length);
    Envelope honest = envelope(announce("mine"));
    Envelope twice =
        honest.toBuilder()
            .setAnyPayload(honest.getAnyPayload().toBuilder().setValue(ByteString.copyFrom(both)))
            .build();

    assertThat(READER.read(twice.toByteArray())).isEmpty();
  }

  @Test
  void read_roleAndAddressee_tellWhoServesAndWhomItIsFor() {
    ComponentAnnounce backend =
        announce("server").toBuilder().setRole(ComponentRole.COMPONENT_ROLE_BACKEND).build();
    Envelope addressed = envelope(backend);
    addressed =
        addressed.toBuilder()
            .setMetadata(addressed.getMetadata().toBuilder().putAttributes("to", "kiosk-1/agent"))
            .build();

    assertThat(READER.read(envelope(backend).toByteArray()).orElseThrow().serves()).isTrue();
    assertThat(READER.read(envelope(announce("x")).toByteArray()).orElseThrow().serves()).isFalse();
    assertThat(READER.read(envelope(backend).toByteArray()).orElseThrow().to()).isEmpty();
    assertThat(READER.read(addressed.toByteArray()).orElseThrow().to()).isEqualTo("kiosk-1/agent");
  }

  @Test
  void read_anEnvelopeBehindAnEnvelope_isRefused() {
    byte[] one = envelope(announce("mine")).toByteArray();
    byte[] both = Arrays.copyOf(one, one.length * 2);
    System.arraycopy(one, 0, both, one.length, one.length);

    assertThat(READER.read(both)).isEmpty();
  }

  @Test
  void read_unknownFields_areSkipped() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                1_000,
                UnknownFieldSet.Field.newBuilder()
                    .addVarint(7)
                    .addFixed64(1)
                    .addLengthDelimited(ByteString.copyFromUtf8("x"))
                    .build())
            .build();
    Envelope later =
        envelope(announce("kiosk-1").toBuilder().setUnknownFields(unknown).build()).toBuilder()
            .setUnknownFields(unknown)
            .build();

    assertThat(READER.read(later.toByteArray()).orElseThrow().device()).isEqualTo("kiosk-1");
  }

  @Test
  void read_damagedEnvelopes_neverSeesAnotherDeviceThanADecoder() {
    Random random = new Random(5);
    byte[] good = envelope(announce("kiosk-1")).toByteArray();
    int readable = 0;
    for (int round = 0; round < 200_000; round++) {
      byte[] damaged = good.clone();
      for (int change = 0; change <= random.nextInt(3); change++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Optional<String> decoded = decode(damaged);
      Optional<Claims> claims = READER.read(damaged);
      if (decoded.isPresent() && claims.isPresent()) {
        readable++;
        assertThat(claims.get().device()).isEqualTo(decoded.get());
      }
    }
    assertThat(readable).isGreaterThan(1_000);
  }

  private static Optional<String> decode(byte[] bytes) {
    try {
      Envelope envelope = Envelope.parseFrom(bytes);
      return Optional.of(
          ComponentAnnounce.parseFrom(envelope.getAnyPayload().getValue()).getDevice());
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  @Test
  void read_aReport_findsEveryDeviceInside() {
    InstallComplete noParts = InstallComplete.getDefaultInstance();
    assertThat(
            ClaimsReader.of(Topics.INSTALL_COMPLETE)
                .read(
                    Envelopes.wrap(
                            Topics.INSTALL_COMPLETE, noParts, "id", Instant.EPOCH, "x", Map.of())
                        .toByteArray())
                .orElseThrow()
                .inside())
        .isEmpty();
  }
}
