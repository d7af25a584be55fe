package dev.lockstep.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the keys of one section of one file: its own value, else the default, else an error where
 * the key is mandatory. A key that the table does not have is refused when the reader is made.
 */
final class SectionReader {
  private final Section section;
  private final String prefix;
  private final Map<String, Node> own;
  private final Map<String, Node> defaults;
  private final Value.Origin origin;

  /**
   * Opens a section.
   *
   * @param prefix full name with a dot at the end, such as {@code components.backend.}; empty for
   *     the root
   * @param own what the file has there; absent or without keys is the same as empty
   * @param defaults what defaults.yaml has there
   */
  SectionReader(Section section, String prefix, Node own, Node defaults, Value.Origin origin) {
    this.section = section;
    this.prefix = prefix;
    this.origin = origin;
    this.own = entries(prefix, own, origin);
    this.defaults = entries(prefix, defaults, origin);
    List<String> known = new ArrayList<>(section.children());
    Keys.of(section).forEach(key -> known.add(key.name()));
    for (String name : this.own.keySet()) {
      if (!known.contains(name)) {
        throw new ConfigException.UnknownKey(
            prefix + name, origin.file(), Suggestions.remedy(name, prefix, known));
      }
    }
  }

  /** The value of a key that is mandatory or has a default. */
  <T> T get(Key<T> key) {
    return require(key, "");
  }

  /** The value of a key that may be absent. */
  <T> Optional<T> find(Key<T> key) {
    if (key.section() != section) {
      throw new IllegalArgumentException(key.path() + " is not in " + section);
    }
    return value(key).map(key.format()::read);
  }

  /** The value of a key that another setting makes mandatory; {@code because} names it. */
  <T> T require(Key<T> key, String because) {
    return find(key).orElseThrow(() -> missing(key, because));
  }

  /** The error for a key that is not there. */
  ConfigException missing(Key<?> key, String because) {
    return new ConfigException.MissingKey(
        prefix + key.name(), origin.file(), because, key.format().allowed());
  }

  /** The error for a value that another setting forbids. */
  ConfigException refused(Key<?> key, String allowed) {
    return value(key).orElseThrow().outOfRange(allowed);
  }

  /** A section inside this one. */
  SectionReader child(Section child) {
    String name = child.label();
    return new SectionReader(child, prefix + name + '.', own.get(name), defaults.get(name), origin);
  }

  /**
   * The sections of a group whose names are free, such as the components by their ids.
   *
   * @param names what such a name looks like
   * @param most how many there may be
   */
  Map<String, SectionReader> named(String group, Section child, Format<String> names, int most) {
    Map<String, Node> present = entries(group + '.', own.get(group), origin);
    Map<String, Node> template = entries(group + '.', defaults.get(group), origin);
    if (present.size() > most) {
      throw new ConfigException.OutOfRange(
          group, present.size() + " of them", origin.file(), "at most " + most);
    }
    Map<String, SectionReader> sections = new LinkedHashMap<>();
    present.forEach(
        (name, node) -> {
          names.read(new Value(group, new Node.Scalar(name), origin, names));
          sections.put(
              name,
              new SectionReader(
                  child, group + '.' + name + '.', node, template.get(child.label()), origin));
        });
    return sections;
  }

  private Optional<Value> value(Key<?> key) {
    Node node = own.containsKey(key.name()) ? own.get(key.name()) : defaults.get(key.name());
    return Optional.ofNullable(node)
        .map(present -> new Value(prefix + key.name(), present, origin, key.format()));
  }

  private static Map<String, Node> entries(String prefix, Node node, Value.Origin origin) {
    boolean empty = node instanceof Node.Scalar scalar && scalar.text().isEmpty();
    if (node == null || node instanceof Node.Nothing || empty) {
      return Map.of();
    }
    if (node instanceof Node.Mapping mapping) {
      return mapping.entries();
    }
    String key = prefix.substring(0, prefix.length() - 1);
    throw new ConfigException.WrongType(
        key, "(not a map)", origin.file(), "its keys below it, each on an indented line");
  }
}
