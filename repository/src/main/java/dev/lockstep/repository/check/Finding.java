package dev.lockstep.repository.check;

/**
 * Something that is not as it should be.
 *
 * @param failure whether readers refuse it; otherwise it is a warning
 * @param name what it is, stable: the code of a client's error such as {@code TRUST_EXPIRED}, or
 *     one of {@code expires-soon}, {@code unused-file}, {@code weak-threshold}, {@code
 *     no-spare-key}, {@code content}, {@code release}, {@code private-key}
 * @param message what exactly
 */
public record Finding(boolean failure, String name, String message) {
  static Finding failed(String name, String message) {
    return new Finding(true, name, message);
  }

  static Finding warned(String name, String message) {
    return new Finding(false, name, message);
  }
}
