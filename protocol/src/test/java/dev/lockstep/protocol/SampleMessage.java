package dev.lockstep.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.nio.charset.StandardCharsets;

/** Fills every field of a message, so that each shows on the wire. */
final class SampleMessage {
  private static final int MAX_DEPTH = 4;

  private SampleMessage() {}

  static Message of(Message prototype) {
    return fill(prototype.newBuilderForType(), 1).build();
  }

  private static Message.Builder fill(Message.Builder builder, int depth) {
    for (FieldDescriptor field : builder.getDescriptorForType().getFields()) {
      if (depth == MAX_DEPTH && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        continue;
      }
      if (field.isRepeated()) {
        builder.addRepeatedField(field, value(builder, field, depth, 0));
        builder.addRepeatedField(field, value(builder, field, depth, 1));
      } else {
        builder.setField(field, value(builder, field, depth, 0));
      }
    }
    return builder;
  }

  private static Object value(
      Message.Builder builder, FieldDescriptor field, int depth, int index) {
    int number = field.getNumber() + 100 * index;
    return switch (field.getJavaType()) {
      case STRING -> field.getName() + "-" + number;
      case BYTE_STRING -> ByteString.copyFrom(field.getName(), StandardCharsets.UTF_8);
      case INT -> number;
      case LONG -> 1_000_000_000_000L + number;
      case BOOLEAN -> true;
      case ENUM -> field.getEnumType().getValues().get(1 + index);
      case MESSAGE -> fill(builder.newBuilderForField(field), depth + 1).build();
      case FLOAT, DOUBLE -> throw new AssertionError("no message has fractions");
    };
  }
}
