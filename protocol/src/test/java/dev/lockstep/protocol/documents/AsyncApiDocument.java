package dev.lockstep.protocol.documents;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** docs/asyncapi.yaml: AsyncAPI 3.0. */
final class AsyncApiDocument {
  private static final String SCHEMAS = "#/components/schemas/";

  private final ProtoComments comments = ProtoComments.load();
  private final Types types = Types.reachable();

  static String render() {
    StringBuilder yaml = new StringBuilder();
    yaml.append(
        "# Generated from Topics.java and the .proto files (protocol module). Do not edit.\n");
    append(yaml, new AsyncApiDocument().document(), 0);
    return yaml.toString();
  }

  private Map<String, Object> document() {
    Map<String, Object> channels = new LinkedHashMap<>();
    Map<String, Object> operations = new LinkedHashMap<>();
    Map<String, Object> messages = new LinkedHashMap<>();
    for (Topic<?> topic : Topics.all()) {
      String id = identifier(topic);
      Descriptor type = Types.descriptor(topic);
      String message = Types.shortName(type.getFullName());
      channels.put(
          id,
          map(
              "address",
              topic.name(),
              "description",
              comments.line(type.getFullName()),
              "messages",
              map(message, map("$ref", "#/components/messages/" + message))));
      operations.put(
          id,
          map(
              "action",
              "send",
              "channel",
              map("$ref", "#/channels/" + id),
              "summary",
              "May be sent by: " + String.join(", ", roles(topic)) + ".",
              "x-kind",
              topic.kind().name().toLowerCase(Locale.ROOT)));
      messages.put(
          message,
          map(
              "name",
              type.getFullName(),
              "contentType",
              "application/x-protobuf",
              "headers",
              map("$ref", SCHEMAS + "Metadata"),
              "payload",
              map("$ref", SCHEMAS + message)));
    }
    return map(
        "asyncapi",
        "3.0.0",
        "info",
        map(
            "title",
            "Lockstep",
            "version",
            "1",
            "description",
            "Two ZeroMQ frames per message: the channel's address in UTF-8, and a protobuf"
                + " lockstep.v1.Envelope: metadata (shown as headers) and any_payload (the payload)."
                + " Schemas show protobuf messages with their field names; x-number is the field's"
                + " number on the wire."),
        "defaultContentType",
        "application/x-protobuf",
        "servers",
        map(
            "publish",
            server(5555, "Publishers connect here: the broker's XSUB socket."),
            "subscribe",
            server(5556, "Subscribers connect here: the broker's XPUB socket.")),
        "channels",
        channels,
        "operations",
        operations,
        "components",
        map("messages", messages, "schemas", schemas()));
  }

  private static Map<String, Object> server(int port, String description) {
    return map("host", "127.0.0.1:" + port, "protocol", "zmq", "description", description);
  }

  private Map<String, Object> schemas() {
    Map<String, Object> schemas = new LinkedHashMap<>();
    types.messages().forEach((name, type) -> schemas.put(name, schema(type)));
    types.enums().forEach((name, type) -> schemas.put(name, schema(type)));
    return schemas;
  }

  private Map<String, Object> schema(Descriptor type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    for (FieldDescriptor field : type.getFields()) {
      Map<String, Object> property = new LinkedHashMap<>(schema(field));
      property.put("x-number", field.getNumber());
      String comment = comments.line(field.getFullName());
      if (!comment.isEmpty() && !property.containsKey("$ref")) {
        property.put("description", comment);
      }
      properties.put(field.getName(), property);
    }
    return map(
        "type",
        "object",
        "description",
        comments.line(type.getFullName()),
        "properties",
        properties);
  }

  private Map<String, Object> schema(EnumDescriptor type) {
    return map(
        "type",
        "string",
        "description",
        comments.line(type.getFullName()),
        "enum",
        type.getValues().stream().map(EnumValueDescriptor::getName).toList());
  }

  private static Map<String, Object> schema(FieldDescriptor field) {
    if (field.isMapField()) {
      return map("type", "object", "additionalProperties", map("type", "string"));
    }
    Map<String, Object> one = single(field);
    return field.isRepeated() ? map("type", "array", "items", one) : one;
  }

  private static Map<String, Object> single(FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case BOOLEAN -> map("type", "boolean");
      case STRING -> map("type", "string");
      case BYTE_STRING -> map("type", "string", "format", "byte");
      case INT, LONG -> map("type", "integer", "format", Types.typeOf(field));
      case FLOAT, DOUBLE -> map("type", "number");
      case ENUM -> map("$ref", SCHEMAS + Types.shortName(field.getEnumType().getFullName()));
      case MESSAGE -> wellKnown(field.getMessageType().getFullName());
    };
  }

  private static Map<String, Object> wellKnown(String type) {
    return switch (type) {
      case "google.protobuf.Timestamp" -> map("type", "string", "format", "date-time");
      case "google.protobuf.Duration" -> map("type", "string", "format", "duration");
      case "google.protobuf.Any" -> map("type", "object");
      default -> map("$ref", SCHEMAS + Types.shortName(type));
    };
  }

  private static String identifier(Topic<?> topic) {
    return topic.name().substring(Topics.PREFIX.length()).replace('/', '_');
  }

  private static List<String> roles(Topic<?> topic) {
    return topic.publishers().stream()
        .sorted()
        .map(Role::name)
        .map(name -> name.toLowerCase(Locale.ROOT))
        .toList();
  }

  private static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  /** Block style; every text in the quotes of JSON, which YAML reads too. */
  private static void append(StringBuilder yaml, Map<?, ?> map, int depth) {
    map.forEach(
        (key, value) -> {
          yaml.append("  ".repeat(depth)).append(key).append(':');
          if (value instanceof Map<?, ?> inner && !inner.isEmpty()) {
            yaml.append('\n');
            append(yaml, inner, depth + 1);
          } else {
            yaml.append(' ').append(JsonMapper.shared().writeValueAsString(value)).append('\n');
          }
        });
  }
}
