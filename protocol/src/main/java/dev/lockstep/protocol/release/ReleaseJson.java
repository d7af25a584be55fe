package dev.lockstep.protocol.release;

import dev.lockstep.protocol.version.MalformedVersionException;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes descriptions and manifests as JSON. A field that is not known, missing or of
 * another type is refused, so that nothing the publisher said is overlooked.
 */
public final class ReleaseJson {
  private static final long FORMAT = 1;
  private static final Set<String> DESCRIPTION_FIELDS =
      Set.of(
          "format",
          "component",
          "version",
          "channel",
          "kind",
          "platform",
          "critical",
          "required",
          "checkpoint",
          "provides",
          "requires",
          "rollout_percent",
          "installed_size",
          "notes",
          "artifacts",
          "hardware",
          "store_link",
          "minimum_version");
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private ReleaseJson() {}

  /** The value of {@code custom.lockstep}: maps, lists, strings, longs and booleans only. */
  public static Map<String, Object> toMap(ReleaseDescription description) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("component", description.component());
    json.put("version", description.version().toString());
    json.put("channel", description.channel());
    json.put("kind", description.kind());
    json.put("platform", description.platform());
    json.put("critical", description.critical());
    json.put("required", description.required());
    json.put("checkpoint", description.checkpoint());
    json.put("provides", asText(description.provides()));
    json.put("requires", asText(description.requires()));
    json.put("rollout_percent", (long) description.rolloutPercent());
    json.put("installed_size", description.installedSize());
    json.put("notes", description.notes());
    List<Map<String, Object>> artifacts = new ArrayList<>();
    for (ReleaseDescription.Artifact artifact : description.artifacts()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("target", artifact.target());
      one.put("format", artifact.format());
      one.put("prefix", artifact.prefix());
      one.put("size", artifact.size());
      artifacts.add(one);
    }
    json.put("artifacts", artifacts);
    if (!description.hardware().equals(HardwareRule.ANY)) {
      json.put("hardware", hardware(description.hardware()));
    }
    description
        .inStore()
        .ifPresent(
            store -> {
              json.put("store_link", store.link());
              json.put("minimum_version", store.minimumVersion().toString());
            });
    return json;
  }

  /**
   * Reads the JSON text of {@code custom.lockstep}.
   *
   * @throws MalformedReleaseException if any of it cannot be read
   */
  public static ReleaseDescription description(String json) {
    return read(
        "release description", () -> new Fields(MAPPER.readTree(json)), ReleaseJson::describe);
  }

  /** The value of {@code custom.lockstep-delta}: strings and longs only. */
  public static Map<String, Object> toMap(DeltaDescription delta) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("from", delta.from().toString());
    json.put("from_manifest", delta.fromManifest());
    return json;
  }

  /**
   * Reads the JSON text of {@code custom.lockstep-delta}.
   *
   * @throws MalformedReleaseException if any of it cannot be read
   */
  public static DeltaDescription delta(String json) {
    return read(
        "delta description",
        () -> new Fields(MAPPER.readTree(json)),
        fields -> {
          fields.allow(Set.of("format", "from", "from_manifest"));
          fields.requireFormat(FORMAT);
          return new DeltaDescription(
              ReleaseVersion.parse(fields.text("from")), fields.text("from_manifest"));
        });
  }

  /** Writes a manifest; the same manifest gives the same bytes. */
  public static byte[] write(Manifest manifest) {
    List<Map<String, Object>> entries = new ArrayList<>();
    for (Manifest.Entry entry : manifest.entries()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("path", entry.path());
      one.put("type", entry.type().name().toLowerCase(Locale.ROOT));
      switch (entry.type()) {
        case DIRECTORY -> one.put("mode", octal(entry.mode()));
        case FILE -> {
          one.put("mode", octal(entry.mode()));
          one.put("size", entry.size());
          one.put("sha256", entry.sha256());
        }
        case LINK -> one.put("target", entry.linkTarget());
      }
      entries.add(one);
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("component", manifest.component());
    json.put("version", manifest.version().toString());
    json.put("entries", entries);
    return MAPPER.writeValueAsBytes(json);
  }

  /**
   * What stands in place of a manifest for a release that people get from a store: whose it is and
   * where. The same release gives the same bytes in every channel.
   *
   * @throws java.util.NoSuchElementException if the release is in no store
   */
  public static byte[] storeCard(ReleaseDescription external) {
    InStore store = external.inStore().orElseThrow();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("format", FORMAT);
    json.put("component", external.component());
    json.put("version", external.version().toString());
    json.put("store_link", store.link());
    json.put("minimum_version", store.minimumVersion().toString());
    return MAPPER.writeValueAsBytes(json);
  }

  /**
   * Reads a manifest; the stream is read to its end and not closed.
   *
   * @throws MalformedReleaseException if any of it cannot be read
   * @throws IOException if the stream fails
   */
  public static Manifest manifest(InputStream json) throws IOException {
    byte[] bytes = json.readAllBytes();
    return read("manifest", () -> new Fields(MAPPER.readTree(bytes)), ReleaseJson::readManifest);
  }

  private static ReleaseDescription describe(Fields json) {
    json.allow(DESCRIPTION_FIELDS);
    json.requireFormat(FORMAT);
    List<ReleaseDescription.Artifact> artifacts = new ArrayList<>();
    for (Fields one : json.list("artifacts")) {
      one.allow(Set.of("target", "format", "prefix", "size"));
      artifacts.add(
          new ReleaseDescription.Artifact(
              one.text("target"), one.text("format"), one.text("prefix"), one.number("size")));
    }
    return new ReleaseDescription(
        json.text("component"),
        ReleaseVersion.parse(json.text("version")),
        json.text("channel"),
        json.text("kind"),
        json.text("platform"),
        json.flag("critical"),
        json.flag("required"),
        json.flag("checkpoint"),
        json.map("provides", ReleaseVersion::parse),
        json.map("requires", VersionRange::new),
        Math.toIntExact(json.number("rollout_percent")),
        json.number("installed_size"),
        json.text("notes"),
        artifacts,
        json.has("hardware") ? hardware(json.object("hardware")) : HardwareRule.ANY,
        inStore(json));
  }

  private static Optional<InStore> inStore(Fields json) {
    return json.has("store_link") || json.has("minimum_version")
        ? Optional.of(
            new InStore(
                json.text("store_link"), ReleaseVersion.parse(json.text("minimum_version"))))
        : Optional.empty();
  }

  private static Map<String, Object> hardware(HardwareRule rule) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("only", rule.only().stream().map(one -> asText(one.facts())).toList());
    json.put("never", rule.never().stream().map(one -> asText(one.facts())).toList());
    return json;
  }

  private static HardwareRule hardware(Fields json) {
    json.allow(Set.of("only", "never"));
    return new HardwareRule(conditions(json, "only"), conditions(json, "never"));
  }

  private static List<HardwareRule.Condition> conditions(Fields json, String name) {
    return json.list(name).stream().map(one -> new HardwareRule.Condition(one.texts())).toList();
  }

  private static Manifest readManifest(Fields json) {
    json.allow(Set.of("format", "component", "version", "entries"));
    json.requireFormat(FORMAT);
    List<Manifest.Entry> entries = new ArrayList<>();
    for (Fields one : json.list("entries")) {
      entries.add(readEntry(one));
    }
    return new Manifest(
        json.text("component"), ReleaseVersion.parse(json.text("version")), entries);
  }

  private static Manifest.Entry readEntry(Fields json) {
    String type = json.text("type");
    return switch (type) {
      case "directory" -> {
        json.allow(Set.of("path", "type", "mode"));
        yield Manifest.Entry.directory(json.text("path"), json.mode());
      }
      case "file" -> {
        json.allow(Set.of("path", "type", "mode", "size", "sha256"));
        yield Manifest.Entry.file(
            json.text("path"), json.mode(), json.number("size"), json.text("sha256"));
      }
      case "link" -> {
        json.allow(Set.of("path", "type", "target"));
        yield Manifest.Entry.link(json.text("path"), json.text("target"));
      }
      default -> throw new MalformedReleaseException("manifest", "unknown type " + type);
    };
  }

  private static Map<String, String> asText(Map<String, ?> values) {
    Map<String, String> text = new TreeMap<>();
    values.forEach((name, value) -> text.put(name, value.toString()));
    return text;
  }

  private static String octal(int mode) {
    return String.format(Locale.ROOT, "%04o", mode);
  }

  private interface Source {
    Fields open();
  }

  private static <T> T read(String what, Source source, Function<Fields, T> reader) {
    try {
      return reader.apply(source.open());
    } catch (MalformedReleaseException refused) {
      throw refused;
    } catch (JacksonException | MalformedVersionException | ArithmeticException unreadable) {
      throw new MalformedReleaseException(what, unreadable.getMessage(), unreadable);
    }
  }

  /** The fields of one JSON object, each asked for by name and type. */
  private record Fields(JsonNode node) {
    Fields {
      if (node == null || !node.isObject()) {
        throw new MalformedReleaseException("release", "an object was expected");
      }
    }

    void allow(Set<String> names) {
      for (String name : node.propertyNames()) {
        if (!names.contains(name)) {
          throw new MalformedReleaseException("release", "unknown field \"" + name + '"');
        }
      }
    }

    void requireFormat(long format) {
      if (number("format") != format) {
        throw new MalformedReleaseException(
            "release", "format " + number("format") + " is newer than this Lockstep");
      }
    }

    String text(String name) {
      return required(name, JsonNode::isString, "a string").stringValue();
    }

    long number(String name) {
      return required(name, JsonNode::canConvertToLong, "a whole number").longValue();
    }

    boolean flag(String name) {
      return required(name, JsonNode::isBoolean, "true or false").booleanValue();
    }

    int mode() {
      String mode = text("mode");
      if (!mode.matches("0[0-7]{3}")) {
        throw new MalformedReleaseException("manifest", "mode \"" + mode + "\" is not octal");
      }
      return Integer.parseInt(mode, 8);
    }

    List<Fields> list(String name) {
      List<Fields> items = new ArrayList<>();
      required(name, JsonNode::isArray, "a list").forEach(item -> items.add(new Fields(item)));
      return items;
    }

    boolean has(String name) {
      return node.has(name);
    }

    Fields object(String name) {
      return new Fields(required(name, JsonNode::isObject, "an object"));
    }

    /** All fields, each a text. */
    Map<String, String> texts() {
      Map<String, String> texts = new TreeMap<>();
      node.propertyNames().forEach(name -> texts.put(name, text(name)));
      return texts;
    }

    <T> Map<String, T> map(String name, Function<String, T> reader) {
      Fields values = object(name);
      Map<String, T> map = new TreeMap<>();
      for (String key : values.node.propertyNames()) {
        map.put(key, reader.apply(values.text(key)));
      }
      return map;
    }

    private JsonNode required(
        String name, java.util.function.Predicate<JsonNode> type, String expected) {
      JsonNode value = node.get(name);
      if (value == null || !type.test(value) || (value.isNumber() && !value.isIntegralNumber())) {
        throw new MalformedReleaseException("release", "\"" + name + "\" must be " + expected);
      }
      return value;
    }
  }
}
