package dev.lockstep.config;

import java.util.List;
import java.util.Map;

/** A part of a settings file as it is written: nothing is interpreted yet. */
sealed interface Node {

  /** Text without a type: YAML's guess at one ("no", "0x10", "1e3") is not asked for. */
  record Scalar(String text) implements Node {}

  /** A key without a value. */
  record Nothing() implements Node {}

  /** A list. */
  record Sequence(List<Node> items) implements Node {}

  /** Keys with their values, in the order of the file. */
  record Mapping(Map<String, Node> entries) implements Node {
    static final Mapping EMPTY = new Mapping(Map.of());
  }
}
