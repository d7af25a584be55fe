package dev.lockstep.protocol;

import static dev.lockstep.protocol.MalformedMessageException.Reason.MESSAGE_ID;
import static dev.lockstep.protocol.MalformedMessageException.Reason.NOT_AN_ENVELOPE;
import static dev.lockstep.protocol.MalformedMessageException.Reason.NO_METADATA;
import static dev.lockstep.protocol.MalformedMessageException.Reason.NO_PAYLOAD;
import static dev.lockstep.protocol.MalformedMessageException.Reason.OTHER_TOPIC;
import static dev.lockstep.protocol.MalformedMessageException.Reason.OTHER_TYPE;
import static dev.lockstep.protocol.MalformedMessageException.Reason.TIMESTAMP;
import static dev.lockstep.protocol.MalformedMessageException.Reason.UNREADABLE_PAYLOAD;

import com.google.protobuf.Any;
import com.google.protobuf.Internal;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.lockstep.protocol.MalformedMessageException.Reason;
import dev.lockstep.protocol.v1.Envelope;
import dev.lockstep.protocol.v1.Metadata;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Puts messages into their envelopes and takes them out again, checked.
 *
 * <p>The envelope is the second frame of a message; the first is the topic's name in UTF-8. Wire
 * form: envelope.proto, the same as AICO's {@code AicoMessage}. What comes from the network can
 * only fail with {@link MalformedMessageException}. Stateless; any thread may call it.
 */
public final class Envelopes {
  /** Version of the schema of all messages, in the metadata. */
  public static final String SCHEMA_VERSION = "1";

  /** Longer message ids are refused: receivers remember them. */
  public static final int MAX_MESSAGE_ID = 128;

  // Of google.protobuf.Timestamp: years 1 to 9999.
  private static final long FIRST_SECOND = -62_135_596_800L;
  private static final long LAST_SECOND = 253_402_300_799L;
  private static final int LAST_NANO = 999_999_999;

  private Envelopes() {}

  /**
   * Puts a message into its envelope. The same arguments give the same bytes.
   *
   * @param messageId a UUID; a message that is sent again keeps it
   * @param sentAt the sender's clock at the first sending
   * @param source the sender's name
   * @param attributes see {@link Attributes}
   * @throws IllegalArgumentException if the message id is empty or too long, or the time is outside
   *     the years 1 to 9999
   */
  public static <M extends Message> Envelope wrap(
      Topic<M> topic,
      M message,
      String messageId,
      Instant sentAt,
      String source,
      Map<String, String> attributes) {
    Timestamp timestamp =
        Timestamp.newBuilder()
            .setSeconds(sentAt.getEpochSecond())
            .setNanos(sentAt.getNano())
            .build();
    Metadata metadata =
        Metadata.newBuilder()
            .setMessageId(messageId)
            .setTimestamp(timestamp)
            .setSource(source)
            .setMessageType(topic.name())
            .setVersion(SCHEMA_VERSION)
            // Sorted, so that the bytes do not depend on the map's order.
            .putAllAttributes(new TreeMap<>(attributes))
            .build();
    checkMetadata(topic, metadata);
    return Envelope.newBuilder().setMetadata(metadata).setAnyPayload(Any.pack(message)).build();
  }

  /**
   * Reads the second frame of a message; {@link #unwrap} then checks it.
   *
   * @throws MalformedMessageException {@code NOT_AN_ENVELOPE}
   */
  public static Envelope read(byte[] frame) {
    try {
      return Envelope.parseFrom(frame);
    } catch (InvalidProtocolBufferException unreadable) {
      throw new MalformedMessageException(
          NOT_AN_ENVELOPE,
          "cannot read a frame of " + frame.length + " bytes: it is not an envelope",
          unreadable);
    }
  }

  /**
   * Takes the topic's message out of an envelope that arrived on it. Fields that this version does
   * not know are kept and ignored.
   *
   * @return the message; the envelope's metadata then has an id, a valid time and this topic
   * @throws MalformedMessageException if the envelope is not what the topic promises
   */
  public static <M extends Message> M unwrap(Topic<M> topic, Envelope envelope) {
    if (!envelope.hasMetadata()) {
      throw refused(NO_METADATA, topic, "the envelope has no metadata", null);
    }
    checkMetadata(topic, envelope.getMetadata());
    if (!envelope.hasAnyPayload()) {
      throw refused(NO_PAYLOAD, topic, "the envelope has no any_payload", null);
    }
    Any payload = envelope.getAnyPayload();
    String expected =
        Internal.getDefaultInstance(topic.type()).getDescriptorForType().getFullName();
    String url = payload.getTypeUrl();
    if (!url.substring(url.lastIndexOf('/') + 1).equals(expected)) {
      throw refused(OTHER_TYPE, topic, "the payload is " + shown(url) + ", not " + expected, null);
    }
    try {
      return topic.parser().parseFrom(payload.getValue());
    } catch (InvalidProtocolBufferException unreadable) {
      throw refused(UNREADABLE_PAYLOAD, topic, "the payload is not a " + expected, unreadable);
    }
  }

  /** When an unwrapped message was sent, by the sender's clock. */
  public static Instant sentAt(Envelope envelope) {
    Timestamp timestamp = envelope.getMetadata().getTimestamp();
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }

  private static void checkMetadata(Topic<?> topic, Metadata metadata) {
    String id = metadata.getMessageId();
    if (id.isBlank() || id.length() > MAX_MESSAGE_ID) {
      throw refused(MESSAGE_ID, topic, "message_id must be a UUID: " + shown(id), null);
    }
    Timestamp time = metadata.getTimestamp();
    boolean second = time.getSeconds() >= FIRST_SECOND && time.getSeconds() <= LAST_SECOND;
    if (!second || time.getNanos() < 0 || time.getNanos() > LAST_NANO) {
      throw refused(TIMESTAMP, topic, "the timestamp is outside the years 1 to 9999", null);
    }
    if (!metadata.getMessageType().equals(topic.name())) {
      String found = shown(metadata.getMessageType());
      throw refused(OTHER_TOPIC, topic, "message_type must be the topic, not " + found, null);
    }
  }

  private static MalformedMessageException refused(
      Reason reason, Topic<?> topic, String why, Throwable cause) {
    return new MalformedMessageException(
        reason, "cannot read a message on " + topic + ": " + why, cause);
  }

  /** Of what a stranger sent, as much as fits a log line. */
  private static String shown(String text) {
    String start = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return '"' + start.replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
