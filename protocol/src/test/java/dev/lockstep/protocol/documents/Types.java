package dev.lockstep.protocol.documents;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Internal;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.Envelope;
import java.util.Map;
import java.util.TreeMap;

/** The messages and enums that travel, with the names that documents give them. */
final class Types {
  static final String PACKAGE = "lockstep.v1.";

  private final Map<String, Descriptor> messages = new TreeMap<>();
  private final Map<String, EnumDescriptor> enums = new TreeMap<>();

  /** Everything that the topics and the envelope reach. */
  static Types reachable() {
    Types types = new Types();
    types.add(Envelope.getDescriptor());
    Topics.all().forEach(topic -> types.add(descriptor(topic)));
    return types;
  }

  static Descriptor descriptor(Topic<?> topic) {
    return Internal.getDefaultInstance(topic.type()).getDescriptorForType();
  }

  Map<String, Descriptor> messages() {
    return messages;
  }

  Map<String, EnumDescriptor> enums() {
    return enums;
  }

  /** A field's type as people write it in a .proto file. */
  static String typeOf(FieldDescriptor field) {
    if (field.isMapField()) {
      return "map<string, string>";
    }
    return (field.isRepeated() ? "repeated " : "") + single(field);
  }

  private static String single(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> shortName(field.getMessageType().getFullName());
      case ENUM -> shortName(field.getEnumType().getFullName());
      default -> field.getType().name().toLowerCase(java.util.Locale.ROOT);
    };
  }

  static String shortName(String fullName) {
    return fullName.startsWith(PACKAGE) ? fullName.substring(PACKAGE.length()) : fullName;
  }

  private void add(Descriptor type) {
    if (!type.getFullName().startsWith(PACKAGE) || type.getOptions().getMapEntry()) {
      return;
    }
    if (messages.put(shortName(type.getFullName()), type) != null) {
      return;
    }
    for (FieldDescriptor field : type.getFields()) {
      if (field.getJavaType() == JavaType.MESSAGE) {
        add(field.getMessageType());
      } else if (field.getJavaType() == JavaType.ENUM) {
        enums.put(shortName(field.getEnumType().getFullName()), field.getEnumType());
      }
    }
  }
}
