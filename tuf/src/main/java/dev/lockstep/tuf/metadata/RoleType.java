package dev.lockstep.tuf.metadata;

import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/**
 * The four kinds of documents, each with its reader.
 *
 * @param <R> the model of the document
 */
public final class RoleType<R extends Role> {
  public static final RoleType<RootRole> ROOT = new RoleType<>("root", RootRole::fromJson);
  public static final RoleType<TimestampRole> TIMESTAMP =
      new RoleType<>("timestamp", TimestampRole::fromJson);
  public static final RoleType<SnapshotRole> SNAPSHOT =
      new RoleType<>("snapshot", SnapshotRole::fromJson);

  /** The top-level targets role and every delegated one. */
  public static final RoleType<TargetsRole> TARGETS =
      new RoleType<>("targets", TargetsRole::fromJson);

  /** Names that a delegated role cannot have. */
  public static final Set<String> TOP_LEVEL = Set.of("root", "timestamp", "snapshot", "targets");

  private final String name;
  private final Function<ObjectNode, R> reader;

  private RoleType(String name, Function<ObjectNode, R> reader) {
    this.name = name;
    this.reader = reader;
  }

  /** The value of {@code _type}. */
  public String name() {
    return name;
  }

  R read(ObjectNode signed) {
    String found = MetadataJson.string(signed, "_type");
    if (!found.equals(name)) {
      throw new MalformedMetadataException("the document is of type " + found + ", not " + name);
    }
    return reader.apply(signed);
  }

  @Override
  public String toString() {
    return name;
  }
}
