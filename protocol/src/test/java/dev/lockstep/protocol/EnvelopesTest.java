package dev.lockstep.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Timestamp;
import dev.lockstep.protocol.MalformedMessageException.Reason;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.Envelope;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopesTest {
  private static final String ID = "11111111-2222-3333-4444-555555555555";
  private static final Instant SENT = Instant.parse("2026-11-21T03:00:00.000000001Z");
  private static final CheckRequest REQUEST =
      CheckRequest.newBuilder().addComponents("backend").setForce(true).build();
  private static final Map<String, String> ATTRIBUTES =
      Map.of("seq", "7", "correlation_id", "c-1", "reply_to", "update/check/response");

  private static Envelope envelope() {
    return Envelopes.wrap(Topics.CHECK_REQUEST, REQUEST, ID, SENT, "kiosk-1", ATTRIBUTES);
  }

  private static Reason refusal(Envelope envelope) {
    return catchThrowableOfType(
            MalformedMessageException.class, () -> Envelopes.unwrap(Topics.CHECK_REQUEST, envelope))
        .reason();
  }

  @Test
  @Tag("R165")
  void wrap_message_isUnwrappedAgainWithEverythingInTheMetadata() {
    Envelope envelope = Envelopes.read(envelope().toByteArray());

    assertThat(Envelopes.unwrap(Topics.CHECK_REQUEST, envelope)).isEqualTo(REQUEST);
    assertThat(Envelopes.sentAt(envelope)).isEqualTo(SENT);
    assertThat(envelope.getMetadata().getMessageId()).isEqualTo(ID);
    assertThat(envelope.getMetadata().getSource()).isEqualTo("kiosk-1");
    assertThat(envelope.getMetadata().getMessageType()).isEqualTo("update/check/request");
    assertThat(envelope.getMetadata().getVersion()).isEqualTo("1");
    assertThat(envelope.getMetadata().getAttributesMap()).isEqualTo(ATTRIBUTES);
  }

  @Test
  @Tag("R165")
  @Tag("R166")
  void wrap_message_givesTheseVeryBytes() {
    assertThat(HexFormat.of().formatHex(envelope().toByteArray()))
        .isEqualTo(Golden.resource("envelope.hex").strip());
  }

  /** The bytes that a peer with AICO's message.proto makes, written by field number. */
  @Test
  @Tag("R165")
  void unwrap_bytesOfAnAicoPeer_givesTheMessage() throws IOException {
    byte[] payload = bytes(out -> out.writeString(1, "backend"));
    byte[] any =
        bytes(
            out -> {
              out.writeString(1, "type.googleapis.com/lockstep.v1.CheckRequest");
              out.writeByteArray(2, payload);
            });
    byte[] timestamp = bytes(out -> out.writeInt64(1, 1_700_000_000L));
    byte[] attribute =
        bytes(
            out -> {
              out.writeString(1, "correlation_id");
              out.writeString(2, "c-9");
            });
    byte[] metadata =
        bytes(
            out -> {
              out.writeString(1, ID);
              out.writeByteArray(2, timestamp);
              out.writeString(3, "aico-peer");
              out.writeString(4, "update/check/request");
              out.writeString(5, "1.0");
              out.writeByteArray(6, attribute);
            });
    byte[] frame =
        bytes(
            out -> {
              out.writeByteArray(1, metadata);
              out.writeByteArray(2, any);
            });

    Envelope envelope = Envelopes.read(frame);

    assertThat(Envelopes.unwrap(Topics.CHECK_REQUEST, envelope).getComponentsList())
        .containsExactly("backend");
    assertThat(Envelopes.sentAt(envelope)).isEqualTo(Instant.ofEpochSecond(1_700_000_000L));
    assertThat(envelope.getMetadata().getSource()).isEqualTo("aico-peer");
    assertThat(envelope.getMetadata().getAttributesMap()).containsEntry("correlation_id", "c-9");
    assertThat(envelope.getUnknownFields().asMap()).isEmpty();
  }

  private interface Writing {
    void to(CodedOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writing writing) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    writing.to(out);
    out.flush();
    return bytes.toByteArray();
  }

  @Test
  @Tag("R166")
  void unwrap_fieldsOfANewerVersion_areIgnored() throws IOException {
    byte[] newer =
        bytes(
            out -> {
              out.writeByteArray(1, envelope().getMetadata().toByteArray());
              out.writeByteArray(2, envelope().getAnyPayload().toByteArray());
              out.writeString(99, "new");
            });

    assertThat(Envelopes.unwrap(Topics.CHECK_REQUEST, Envelopes.read(newer))).isEqualTo(REQUEST);
  }

  @Test
  @Tag("R15")
  void read_bytesThatAreNoEnvelope_isRefused() {
    assertThatThrownBy(() -> Envelopes.read("hello world".getBytes(UTF_8)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("11 bytes")
        .extracting(error -> ((MalformedMessageException) error).reason())
        .isEqualTo(Reason.NOT_AN_ENVELOPE);
  }

  @Test
  @Tag("R15")
  void unwrap_emptyEnvelope_hasNoMetadata() {
    assertThat(refusal(Envelopes.read(new byte[0]))).isEqualTo(Reason.NO_METADATA);
  }

  @ParameterizedTest
  @Tag("R15")
  @ValueSource(strings = {"", " "})
  void unwrap_messageWithoutId_isRefused(String id) {
    Envelope.Builder envelope = envelope().toBuilder();
    envelope.getMetadataBuilder().setMessageId(id);

    assertThat(refusal(envelope.build())).isEqualTo(Reason.MESSAGE_ID);
    envelope.getMetadataBuilder().setMessageId("x".repeat(129));
    assertThat(refusal(envelope.build())).isEqualTo(Reason.MESSAGE_ID);
  }

  @Test
  @Tag("R15")
  void unwrap_timeThatIsNone_isRefused() {
    Envelope.Builder envelope = envelope().toBuilder();
    for (Timestamp time :
        new Timestamp[] {
          Timestamp.newBuilder().setSeconds(Long.MAX_VALUE).build(),
          Timestamp.newBuilder().setSeconds(Long.MIN_VALUE).build(),
          Timestamp.newBuilder().setNanos(-1).build(),
          Timestamp.newBuilder().setNanos(1_000_000_000).build()
        }) {
      envelope.getMetadataBuilder().setTimestamp(time);
      assertThat(refusal(envelope.build())).isEqualTo(Reason.TIMESTAMP);
    }
  }

  @Test
  @Tag("R15")
  void unwrap_envelopeOfAnotherTopic_isRefused() {
    Envelope.Builder envelope = envelope().toBuilder();
    envelope.getMetadataBuilder().setMessageType("update/install/request\n");

    assertThat(refusal(envelope.build())).isEqualTo(Reason.OTHER_TOPIC);
    assertThatThrownBy(() -> Envelopes.unwrap(Topics.CHECK_REQUEST, envelope.build()))
        .hasMessageContainingAll("update/check/request", "\"update/install/request?\"");
  }

  @Test
  @Tag("R15")
  void unwrap_envelopeWithoutPayload_isRefused() {
    assertThat(refusal(envelope().toBuilder().clearAnyPayload().build()))
        .isEqualTo(Reason.NO_PAYLOAD);
  }

  @Test
  @Tag("R15")
  void unwrap_otherMessageThanTheTopics_isRefused() {
    Any other = Any.pack(CheckResponse.getDefaultInstance());
    Any unnamed = Any.newBuilder().setTypeUrl("x".repeat(1000)).build();

    assertThat(refusal(envelope().toBuilder().setAnyPayload(other).build()))
        .isEqualTo(Reason.OTHER_TYPE);
    assertThat(refusal(envelope().toBuilder().setAnyPayload(unnamed).build()))
        .isEqualTo(Reason.OTHER_TYPE);
  }

  @Test
  @Tag("R15")
  void unwrap_payloadThatIsNotItsType_isRefused() {
    Any.Builder any = envelope().getAnyPayload().toBuilder();
    any.setValue(ByteString.copyFrom(new byte[] {10, 100, 1}));

    assertThat(refusal(envelope().toBuilder().setAnyPayload(any).build()))
        .isEqualTo(Reason.UNREADABLE_PAYLOAD);
  }

  @Test
  @Tag("R15")
  void unwrap_damagedFrames_neverFailInAnotherWay() {
    Random random = new Random(15);
    byte[] frame = envelope().toByteArray();
    int refused = 0;
    for (int i = 0; i < 5000; i++) {
      byte[] damaged = frame.clone();
      for (int hit = random.nextInt(4); hit >= 0; hit--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      try {
        Envelope envelope = Envelopes.read(damaged);
        Envelopes.unwrap(Topics.CHECK_REQUEST, envelope);
        assertThat(Envelopes.sentAt(envelope)).isNotNull();
      } catch (MalformedMessageException expected) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1000);
  }

  @Test
  void wrap_messageWithoutId_isAnError() {
    assertThatThrownBy(() -> Envelopes.wrap(Topics.CHECK_REQUEST, REQUEST, "", SENT, "x", Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> Envelopes.wrap(Topics.CHECK_REQUEST, REQUEST, ID, Instant.MAX, "x", Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
