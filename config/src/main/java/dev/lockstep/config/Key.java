package dev.lockstep.config;

import java.util.Objects;

/**
 * One key of the settings file.
 *
 * @param section where it stands
 * @param name its name there, in snake_case; the record component has the same name in camelCase
 * @param format what may be written
 * @param presence whether it has to be written
 * @param otherwise what holds where it is optional and absent; empty for other keys
 * @param purpose what it decides, for the documentation
 * @param <T> what it is read as
 */
record Key<T>(
    Section section,
    String name,
    Format<T> format,
    Presence presence,
    String otherwise,
    String purpose) {

  /** Whether a key has to be written. */
  enum Presence {
    /** Has to be written. */
    MANDATORY,
    /** Has a value in defaults.yaml. */
    DEFAULTED,
    /** May be absent. */
    OPTIONAL
  }

  Key {
    Objects.requireNonNull(format);
    if ((presence == Presence.OPTIONAL) == otherwise.isEmpty()) {
      throw new IllegalArgumentException(name + ": say what holds where an optional key is absent");
    }
  }

  /** The full name with {@code <id>} for a component's id. */
  String path() {
    return section.path() + '.' + name;
  }
}
