package dev.lockstep.tuf.metadata;

import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** The signed part of a metadata document. Immutable; {@link #toJson} is what gets signed. */
public sealed interface Role permits RootRole, TimestampRole, SnapshotRole, TargetsRole {
  /** The specification version that this library writes. */
  String SPEC_VERSION = "1.0.34";

  /** The kind of document, and with it the value of {@code _type}. */
  RoleType<?> type();

  Header header();

  /** A copy as JSON, unknown fields included. */
  ObjectNode toJson();

  default long version() {
    return header().version();
  }

  default Instant expires() {
    return header().expires();
  }

  /**
   * Whether the document has expired at a time: at its expiry it has (specification section 5.3.10,
   * "the expiration timestamp MUST be higher than the fixed update start time").
   */
  default boolean isExpiredAt(Instant time) {
    return !expires().isAfter(time);
  }
}
