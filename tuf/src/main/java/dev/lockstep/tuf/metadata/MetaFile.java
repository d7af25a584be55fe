package dev.lockstep.tuf.metadata;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a snapshot or timestamp says of another metadata file.
 *
 * @param version at least 1
 * @param length bytes, if stated
 * @param hashes algorithm to hexadecimal digest; empty if not stated
 */
public record MetaFile(
    long version, OptionalLong length, Map<String, String> hashes, JsonObject extra) {
  private static final Set<String> FIELDS = Set.of("version", "length", "hashes");

  public MetaFile {
    hashes = Collections.unmodifiableMap(new LinkedHashMap<>(hashes));
    if (version < 1) {
      throw new MalformedMetadataException("the version is " + version + ", less than 1");
    }
  }

  /** States version, length and SHA-256 of a document. */
  public static MetaFile describing(SignedMetadata<?> document) {
    byte[] bytes = document.bytes();
    return new MetaFile(
        document.role().version(),
        OptionalLong.of(bytes.length),
        Map.of("sha256", Hashes.hex("sha256", bytes)),
        JsonObject.EMPTY);
  }

  /** States version and length of a document; its signatures alone say that it is the one. */
  public static MetaFile sized(SignedMetadata<?> document) {
    return new MetaFile(
        document.role().version(),
        OptionalLong.of(document.bytes().length),
        Map.of(),
        JsonObject.EMPTY);
  }

  /** States only a version. */
  public static MetaFile of(long version) {
    return new MetaFile(version, OptionalLong.empty(), Map.of(), JsonObject.EMPTY);
  }

  static MetaFile fromJson(ObjectNode json) {
    return new MetaFile(
        MetadataJson.integer(json, "version", 1),
        json.has("length")
            ? OptionalLong.of(MetadataJson.integer(json, "length", 0))
            : OptionalLong.empty(),
        json.has("hashes") ? MetadataJson.hashes(json) : Map.of(),
        JsonObject.rest(json, FIELDS));
  }

  ObjectNode toJson() {
    ObjectNode json = MetadataJson.newObject();
    json.put("version", version);
    length.ifPresent(bytes -> json.put("length", bytes));
    if (!hashes.isEmpty()) {
      json.set("hashes", MetadataJson.hashesToJson(hashes));
    }
    extra.writeInto(json);
    return json;
  }
}
