package dev.lockstep.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The value of one key of one file, with all that an error about it has to name. */
final class Value {
  private static final int MAX_SHOWN = 80;

  private final String key;
  private final Node node;
  private final Origin origin;
  private final Format<?> format;

  /**
   * Where a value was written.
   *
   * @param file named in errors
   * @param directory what relative paths are relative to
   * @param environment what placeholders are expanded from
   */
  record Origin(Object file, Path directory, Map<String, String> environment) {}

  Value(String key, Node node, Origin origin, Format<?> format) {
    this.key = key;
    this.node = node;
    this.origin = origin;
    this.format = format;
  }

  /** Text with its placeholders expanded. */
  String text() {
    return text(Set.of());
  }

  /** The same; placeholders of the given names stay as they are. */
  String text(Set<String> kept) {
    if (!(node instanceof Node.Scalar scalar)) {
      throw wrongType();
    }
    return Placeholders.expand(
        scalar.text(),
        origin.environment(),
        kept,
        (placeholder, remedy) ->
            new ConfigException.UnresolvedPlaceholder(key, placeholder, origin.file(), remedy));
  }

  /** The items of a list. */
  List<Value> items() {
    if (!(node instanceof Node.Sequence sequence)) {
      throw wrongType();
    }
    List<Value> items = new ArrayList<>();
    for (Node item : sequence.items()) {
      items.add(new Value(key + '[' + items.size() + ']', item, origin, format));
    }
    return items;
  }

  /** The entries of a map. */
  Map<String, Value> entries() {
    if (!(node instanceof Node.Mapping mapping)) {
      throw wrongType();
    }
    Map<String, Value> entries = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach(
            (name, child) -> entries.put(name, new Value(key + '.' + name, child, origin, format)));
    return entries;
  }

  Path directory() {
    return origin.directory();
  }

  ConfigException wrongType() {
    return new ConfigException.WrongType(key, shown(), origin.file(), format.allowed());
  }

  ConfigException outOfRange() {
    return outOfRange(format.allowed());
  }

  ConfigException outOfRange(String allowed) {
    return new ConfigException.OutOfRange(key, shown(), origin.file(), allowed);
  }

  /** As written, so before placeholders are expanded: what comes from the environment is secret. */
  private String shown() {
    if (node instanceof Node.Nothing) {
      return "(nothing)";
    }
    if (node instanceof Node.Sequence) {
      return "(a list)";
    }
    if (node instanceof Node.Mapping) {
      return "(a map)";
    }
    String text = ((Node.Scalar) node).text();
    // A URL's user information, and an environment variable given to a component.
    String masked = text.replaceAll("//[^/@]*@", "//…@");
    if (key.contains(".process.environment.")) {
      masked = "(not shown)";
    }
    String line = masked.isEmpty() ? "\"\"" : masked.replaceAll("\\p{Cntrl}", "?");
    return line.length() > MAX_SHOWN ? line.substring(0, MAX_SHOWN) + "…" : line;
  }
}
