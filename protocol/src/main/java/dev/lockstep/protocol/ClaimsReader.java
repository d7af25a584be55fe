package dev.lockstep.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Internal;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.lockstep.protocol.v1.ComponentRole;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the {@link Claims} of one topic's messages from their bytes, without decoding them: it
 * skips from field to field, and takes the few that say whom a message speaks of. Which ones these
 * are follows from the topic's message: fields of the name {@code device}, at any depth, {@code
 * component} and {@code requested_by}.
 *
 * <p>Whoever decodes the message afterwards sees the same: a field that may come only once and
 * comes twice, of which decoders take the last, makes a message unreadable here. Immutable; any
 * thread may use it.
 */
public final class ClaimsReader {
  private static final int METADATA = 1;
  private static final int PAYLOAD = 2;
  private static final int SOURCE = 3;
  private static final int ATTRIBUTES = 6;
  private static final int ENTRY_KEY = 1;
  private static final int ENTRY_VALUE = 2;
  private static final int ANY_VALUE = 2;
  private static final int DEEPEST = 8;

  private final Shape content;

  private ClaimsReader(Shape content) {
    this.content = content;
  }

  /** The reader for the messages of a topic. */
  public static ClaimsReader of(Topic<?> topic) {
    Descriptor type = Internal.getDefaultInstance(topic.type()).getDescriptorForType();
    return new ClaimsReader(Shape.of(type, 0).orElse(Shape.NOTHING));
  }

  /** Whether the topic's messages have a field {@code device} of their own. */
  public boolean namesDevice() {
    return content.fields.containsValue(What.DEVICE);
  }

  /** Whether the topic's messages have a field {@code component} of their own. */
  public boolean namesComponent() {
    return content.fields.containsValue(What.COMPONENT);
  }

  /**
   * The claims of a message.
   *
   * @return empty if the bytes are no envelope, or say twice what may be said once
   */
  public Optional<Claims> read(byte[] envelope) {
    Found found = new Found();
    try {
      readEnvelope(CodedInputStream.newInstance(envelope), found);
    } catch (IOException unreadable) {
      return Optional.empty();
    }
    return found.twice ? Optional.empty() : Optional.of(found.claims());
  }

  private void readEnvelope(CodedInputStream in, Found found) throws IOException {
    boolean metadata = false;
    boolean payload = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isText(tag, METADATA)) {
        found.twice |= metadata;
        metadata = true;
        within(in, () -> readMetadata(in, found));
      } else if (isText(tag, PAYLOAD)) {
        found.twice |= payload;
        payload = true;
        within(in, () -> readAny(in, found));
      } else {
        skip(in, tag);
      }
    }
  }

  private static void readMetadata(CodedInputStream in, Found found) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isText(tag, SOURCE)) {
        found.source = found.once(found.source, in.readStringRequireUtf8());
      } else if (isText(tag, ATTRIBUTES)) {
        within(in, () -> readAttribute(in, found));
      } else {
        skip(in, tag);
      }
    }
  }

  private static void readAttribute(CodedInputStream in, Found found) throws IOException {
    String name = null;
    String value = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isText(tag, ENTRY_KEY)) {
        name = found.once(name, in.readStringRequireUtf8());
      } else if (isText(tag, ENTRY_VALUE)) {
        value = found.once(value, in.readStringRequireUtf8());
      } else {
        skip(in, tag);
      }
    }
    if (Attributes.KEY.equals(name)) {
      found.key = found.once(found.key, value == null ? "" : value);
    } else if (Attributes.TO.equals(name)) {
      found.to = found.once(found.to, value == null ? "" : value);
    }
  }

  private void readAny(CodedInputStream in, Found found) throws IOException {
    boolean value = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (isText(tag, ANY_VALUE)) {
        found.twice |= value;
        value = true;
        within(in, () -> readContent(in, content, 0, found));
      } else {
        skip(in, tag);
      }
    }
  }

  private static void readContent(CodedInputStream in, Shape shape, int depth, Found found)
      throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int number = WireFormat.getTagFieldNumber(tag);
      What what = isText(tag, number) ? shape.fields.get(number) : null;
      Shape inner = isText(tag, number) ? shape.inner.get(number) : null;
      if (what != null) {
        found.take(what, depth, in.readStringRequireUtf8());
      } else if (inner != null) {
        within(in, () -> readContent(in, inner, depth + 1, found));
      } else if (tag == (shape.role << 3 | WireFormat.WIRETYPE_VARINT)) {
        found.role = in.readEnum(); // Of several, decoders take the last.
      } else {
        skip(in, tag);
      }
    }
  }

  private static void skip(CodedInputStream in, int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new InvalidProtocolBufferException("a group ends that never began");
    }
  }

  /** Texts, bytes and messages all have a length before them. */
  private static boolean isText(int tag, int number) {
    return tag == (number << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED);
  }

  private static void within(CodedInputStream in, Reading reading) throws IOException {
    int outer = in.pushLimit(in.readRawVarint32());
    reading.run();
    in.popLimit(outer);
  }

  private interface Reading {
    void run() throws IOException;
  }

  private enum What {
    DEVICE,
    COMPONENT,
    REQUESTED_BY
  }

  /** Where a message has something to find. */
  private record Shape(Map<Integer, What> fields, Map<Integer, Shape> inner, int role) {
    private static final int NO_ROLE = 0;
    private static final Shape NOTHING = new Shape(Map.of(), Map.of(), NO_ROLE);

    private static Optional<Shape> of(Descriptor type, int depth) {
      Map<Integer, What> fields = new HashMap<>();
      Map<Integer, Shape> inner = new HashMap<>();
      int role = NO_ROLE;
      for (FieldDescriptor field : type.getFields()) {
        if (field.getJavaType() == FieldDescriptor.JavaType.STRING && !field.isRepeated()) {
          what(field.getName(), depth).ifPresent(what -> fields.put(field.getNumber(), what));
        } else if (depth == 0 && isRole(field)) {
          role = field.getNumber();
        } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE && depth < DEEPEST) {
          of(field.getMessageType(), depth + 1)
              .ifPresent(shape -> inner.put(field.getNumber(), shape));
        }
      }
      return fields.isEmpty() && inner.isEmpty()
          ? Optional.empty()
          : Optional.of(new Shape(Map.copyOf(fields), Map.copyOf(inner), role));
    }

    private static boolean isRole(FieldDescriptor field) {
      return field.getJavaType() == FieldDescriptor.JavaType.ENUM
          && !field.isRepeated()
          && field.getEnumType().equals(ComponentRole.getDescriptor());
    }

    private static Optional<What> what(String name, int depth) {
      return switch (name) {
        case "device" -> Optional.of(What.DEVICE);
        case "component" -> depth == 0 ? Optional.of(What.COMPONENT) : Optional.empty();
        case "requested_by" -> depth == 0 ? Optional.of(What.REQUESTED_BY) : Optional.empty();
        default -> Optional.empty();
      };
    }
  }

  private static final class Found {
    private String source;
    private String key;
    private String device;
    private String component;
    private String requestedBy;
    private String to;
    private int role;
    private final Set<String> inside = new HashSet<>();
    private boolean twice;

    private String once(String before, String now) {
      twice |= before != null;
      return now;
    }

    private void take(What what, int depth, String text) {
      if (depth > 0) {
        inside.add(text);
        return;
      }
      switch (what) {
        case DEVICE -> device = once(device, text);
        case COMPONENT -> component = once(component, text);
        case REQUESTED_BY -> requestedBy = once(requestedBy, text);
      }
    }

    private Claims claims() {
      return new Claims(
          orEmpty(source),
          orEmpty(key),
          orEmpty(device),
          orEmpty(component),
          Set.copyOf(inside),
          orEmpty(to),
          role == ComponentRole.COMPONENT_ROLE_BACKEND_VALUE,
          orEmpty(requestedBy));
    }

    private static String orEmpty(String text) {
      return text == null ? "" : text;
    }
  }
}
