package dev.lockstep.protocol.documents;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.TopicKind;
import dev.lockstep.protocol.Topics;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** docs/topics.md. */
final class TopicsDocument {
  private static final Map<TopicKind, String> KINDS =
      Map.of(
          TopicKind.EVENT, "happened once",
          TopicKind.STATE, "the newest message per key replaces the earlier ones",
          TopicKind.REQUEST, "wants an answer; idempotent by correlation id",
          TopicKind.RESPONSE, "answers a request, with the same correlation id");

  private final ProtoComments comments = ProtoComments.load();
  private final Types types = Types.reachable();
  private final StringBuilder text = new StringBuilder();

  static String render() {
    return new TopicsDocument().document();
  }

  private String document() {
    text.append(
        """
        # Topics and messages

        <!-- Generated from Topics.java and the .proto files (protocol module). Do not edit. -->

        Every message has two frames: the topic's name in UTF-8, and an [Envelope](#envelope) whose `any_payload` is the
        topic's message. Subscribe to `update/` for everything (ZeroMQ subscriptions are prefixes: `update/*` matches
        nothing). Generate classes in your language from the .proto files in `protocol/src/main/proto`, with the protoc
        that fits your protobuf runtime. A message from a key whose role may not publish to the topic is dropped, and one
        that speaks for another device or component than the key's too; see [bus.md](bus.md).

        | topic | kind | who may publish | message |
        |---|---|---|---|
        """);
    for (Topic<?> topic : Topics.all()) {
      String message = Types.shortName(Types.descriptor(topic).getFullName());
      text.append(
          "| [`%s`](#%s) | %s | %s | [%s](#%s) |\n"
              .formatted(
                  topic.name(),
                  anchor(topic.name()),
                  word(topic.kind()),
                  publishers(topic),
                  message,
                  anchor(topic.name())));
    }
    Set<String> shown = new HashSet<>();
    for (Topic<?> topic : Topics.all()) {
      appendTopic(topic);
      shown.add(Types.shortName(Types.descriptor(topic).getFullName()));
    }
    text.append("\n# Types\n");
    types.messages().forEach((name, type) -> appendType(name, type, shown));
    types.enums().forEach(this::appendEnum);
    return text.toString();
  }

  private void appendTopic(Topic<?> topic) {
    Descriptor type = Types.descriptor(topic);
    text.append("\n## `").append(topic.name()).append("`\n\n");
    text.append(paragraph(type.getFullName()));
    text.append(
        "Kind: %s (%s). May publish: %s. May read: %s. Message: `%s`.\n\n"
            .formatted(
                word(topic.kind()),
                KINDS.get(topic.kind()),
                publishers(topic),
                readers(topic),
                type.getFullName()));
    appendFields(type);
  }

  private void appendType(String name, Descriptor type, Set<String> shown) {
    if (!shown.contains(name)) {
      text.append("\n## ").append(name).append("\n\n").append(paragraph(type.getFullName()));
      appendFields(type);
    }
  }

  private void appendFields(Descriptor type) {
    text.append("| number | field | type | |\n|---|---|---|---|\n");
    for (FieldDescriptor field : type.getFields()) {
      text.append(
          "| %d | `%s` | %s | %s |\n"
              .formatted(
                  field.getNumber(),
                  field.getName(),
                  link(Types.typeOf(field)),
                  comments.line(field.getFullName())));
    }
  }

  private void appendEnum(String name, EnumDescriptor type) {
    text.append("\n## ").append(name).append("\n\n").append(paragraph(type.getFullName()));
    if (name.equals("ErrorCode")) {
      text.append("Each code has a section in [errors.md](errors.md).\n");
      return;
    }
    text.append("| number | value | |\n|---|---|---|\n");
    for (EnumValueDescriptor value : type.getValues()) {
      text.append(
          "| %d | `%s` | %s |\n"
              .formatted(value.getNumber(), value.getName(), comments.line(value.getFullName())));
    }
  }

  private String paragraph(String fullName) {
    String comment = comments.line(fullName);
    return comment.isEmpty() ? "" : comment + "\n\n";
  }

  private String link(String type) {
    String name = type.replace("repeated ", "");
    boolean own = types.messages().containsKey(name) || types.enums().containsKey(name);
    return own ? type.replace(name, "[" + name + "](#" + anchor(name) + ")") : type;
  }

  private static String readers(Topic<?> topic) {
    String some =
        switch (topic.reach()) {
          case EVERYBODY -> "";
          case OWN_DEVICE -> " (a device only what concerns it)";
          case NEIGHBOURS ->
              " (devices and components what concerns their own device, the hub's or a backend's)";
          case NOTICES ->
              " (devices and components as far as it concerns their own device, the hub's or a"
                  + " backend's, observers the hub's)";
        };
    return (topic.readers().size() == Role.values().length ? "all" : words(topic.readers())) + some;
  }

  private static String publishers(Topic<?> topic) {
    return words(topic.publishers());
  }

  private static String words(Set<Role> roles) {
    return roles.stream().sorted().map(TopicsDocument::word).collect(Collectors.joining(", "));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** As GitHub makes anchors from headings. */
  private static String anchor(String heading) {
    return heading.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_ -]", "");
  }
}
