package dev.lockstep.config;

import java.util.function.Function;

/**
 * What may be written as a key's value.
 *
 * @param allowed completes "write …"
 * @param reader reads a value or throws what {@link Value} makes for it
 * @param <T> what it is read as
 */
record Format<T>(String allowed, Function<Value, T> reader) {
  T read(Value value) {
    return reader.apply(value);
  }
}
