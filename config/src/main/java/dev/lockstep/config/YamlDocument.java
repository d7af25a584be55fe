package dev.lockstep.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads one YAML document into nodes: text, lists and maps. Reads tokens, because a data binder
 * would cost the command line a tenth of a second, would guess types, and takes the name of an
 * alias for a value.
 */
final class YamlDocument {
  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_DEPTH = 10;
  private static final YAMLFactory FACTORY =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Object file;
  private final YAMLParser parser;

  private YamlDocument(Object file, YAMLParser parser) {
    this.file = file;
    this.parser = parser;
  }

  /** Reads a file. */
  static Node.Mapping read(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      return read(stream, file);
    } catch (NoSuchFileException missing) {
      throw new ConfigException.Unreadable(
          file, "there is no such file", "create it or name another one", missing);
    } catch (IOException unreadable) {
      throw new ConfigException.Unreadable(
          file, unreadable.getMessage(), "check the file and its permissions", unreadable);
    }
  }

  /** Reads a resource of this package. */
  static Node.Mapping resource(String name) {
    try (InputStream stream = YamlDocument.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("resource " + name + " is not part of this build");
      }
      return read(stream, name);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Node.Mapping read(InputStream stream, Object file) throws IOException {
    byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new ConfigException.Unreadable(
          file, "it is larger than 1 MiB", "name a settings file", null);
    }
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      return new YamlDocument(file, (YAMLParser) parser).document();
    } catch (JacksonException notYaml) {
      // The library's message quotes the lines around the error, which may hold a secret, and so
      // would the exception as a cause.
      TokenStreamLocation at = notYaml.getLocation();
      String where = at == null ? "" : " in line " + at.getLineNr();
      throw new ConfigException.Unreadable(
          file, "it is not YAML" + where, "correct that line, or the one before it", null);
    }
  }

  private Node.Mapping document() {
    JsonToken first = parser.nextToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return Node.Mapping.EMPTY;
    }
    if (first != JsonToken.START_OBJECT) {
      throw refused("it is not a map of keys", "begin with a key such as device:");
    }
    Node.Mapping mapping = mapping(1);
    if (parser.nextToken() != null) {
      throw refused("it has a second document", "remove the line with ---");
    }
    return mapping;
  }

  private Node.Mapping mapping(int depth) {
    Map<String, Node> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      entries.put(name, node(depth));
    }
    return new Node.Mapping(entries);
  }

  private Node node(int depth) {
    if (depth > MAX_DEPTH) {
      throw refused("it is nested too deeply", "indent it as in the documentation");
    }
    if (parser.isCurrentAlias()) {
      throw refused("it has an alias", "write the value again instead of *name");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> mapping(depth + 1);
      case START_ARRAY -> sequence(depth + 1);
      case VALUE_NULL -> new Node.Nothing();
      default -> new Node.Scalar(parser.getString());
    };
  }

  private Node.Sequence sequence(int depth) {
    List<Node> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(node(depth));
    }
    return new Node.Sequence(items);
  }

  private ConfigException refused(String why, String remedy) {
    int line = parser.currentTokenLocation().getLineNr();
    return new ConfigException.Unreadable(file, why + " in line " + line, remedy, null);
  }
}
