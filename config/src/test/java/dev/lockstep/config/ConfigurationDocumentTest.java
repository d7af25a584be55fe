package dev.lockstep.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/configuration.md is made from the table of keys. */
class ConfigurationDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/configuration.md");
  private static final Path EXAMPLE = Path.of("src/test/resources/hub.yaml");
  private static final Map<Section, String> TITLES =
      Map.ofEntries(
          Map.entry(Section.DEVICE, "which device this is"),
          Map.entry(Section.BUS, "how to reach the bus"),
          Map.entry(Section.SOURCE, "where releases come from"),
          Map.entry(Section.UPDATE, "policy, schedule, downloads, backups, deadlines"),
          Map.entry(Section.DEPLOYMENT, "the order over devices, and who may delay it"),
          Map.entry(Section.NOTICE, "how people learn of a planned restart"),
          Map.entry(
              Section.LAN_CACHE, "the hub's cache of the repository for devices without internet"),
          Map.entry(Section.COMPONENT, "one component on this device"),
          Map.entry(Section.PROCESS, "how it is started and stopped"),
          Map.entry(Section.HEALTH, "how its health is told"),
          Map.entry(Section.BACKUP_HOOKS, "commands around the copy of its data"));

  @Test
  void document_always_saysWhatTheTableSays() throws IOException {
    String document = render();
    if (Boolean.getBoolean("lockstep.regenerate")) {
      Files.writeString(DOCUMENT, document);
    }

    assertThat(Files.readString(DOCUMENT))
        .as("run ./mvnw -pl config test -Dlockstep.regenerate=true")
        .isEqualTo(document);
  }

  private static String render() throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # Configuration

        <!-- Generated from the table of keys (config module). Do not edit. -->

        One YAML file per Lockstep process. What is not written has its default; what is written and not known, of the
        wrong type or out of range is an error that names key, file, value and what is allowed, and nothing starts.

        An example, a hub with a backend and a frontend on the same device:

        ```yaml
        """);
    text.append(Files.readString(EXAMPLE));
    text.append(
        """
        ```

        ## How values are written

        * **Placeholders**: `${NAME}` (capital letters, digits, underscores) is replaced by the environment variable of
          that name; without such a variable it is an error. `$${NAME}` stands for the text `${NAME}` itself. Values that
          come from the environment never appear in messages. Secrets belong there, not in the file.
        * `${root}` (the component's folder), `${release}` (its active release) and `${data}` are replaced when a
          component's command runs; they are allowed in `migrate`, `process.command`, `process.environment`,
          `health.command` and `backup_hooks`. In a list in brackets, quote them: `["${data}"]`.
        * **Paths**: a relative path starts at the folder of the settings file.
        * **Durations**: `500ms`, `90s`, `15m`, `24h`, `7d`, or ISO 8601 (`PT6H`). A bare number means seconds, only
          `update.check_interval` counts in hours.
        * **Yes or no**: `true`, `yes`, `on`, `1` and `false`, `no`, `off`, `0`, with or without quotes. Anything else is an
          error.
        * Aliases (`*name`) and several documents in one file are not supported.
        """);
    for (Section section : Section.withKeys()) {
      appendSection(text, section);
    }
    text.append(
        """

        ## Settings for tools

        The command line needs the `bus` section only: `broker: external`, the two addresses, and with `security: curve`
        its own `key_file` and the broker's `broker_key_file`.
        """);
    return text.toString();
  }

  private static void appendSection(StringBuilder text, Section section) {
    text.append("\n## `%s`: %s\n\n".formatted(section.path(), TITLES.get(section)));
    text.append("| key | what for | allowed | default |\n|---|---|---|---|\n");
    for (Key<?> key : Keys.of(section)) {
      text.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(key.name(), key.purpose(), key.format().allowed(), absent(key)));
    }
  }

  private static String absent(Key<?> key) {
    return switch (key.presence()) {
      case MANDATORY -> "**mandatory**";
      case OPTIONAL -> key.otherwise();
      case DEFAULTED -> '`' + written(defaultOf(key)) + '`';
    };
  }

  private static Node defaultOf(Key<?> key) {
    Node node = YamlDocument.resource("defaults.yaml");
    for (String name : List.of(key.path().split("\\."))) {
      node = ((Node.Mapping) node).entries().get(name);
    }
    return node;
  }

  private static String written(Node node) {
    if (node instanceof Node.Scalar scalar) {
      return scalar.text();
    }
    if (node instanceof Node.Sequence sequence) {
      return sequence.items().stream()
          .map(ConfigurationDocumentTest::written)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    return "{}";
  }
}
