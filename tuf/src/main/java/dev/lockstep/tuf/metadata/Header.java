package dev.lockstep.tuf.metadata;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * What every role's document starts with (specification section 4.2).
 *
 * @param specVersion {@code 1.x} or {@code 1.x.y}
 * @param version at least 1
 * @param expires whole seconds
 */
public record Header(String specVersion, long version, Instant expires) {
  static final Set<String> FIELDS = Set.of("_type", "spec_version", "version", "expires");

  public Header {
    if (!specVersion.matches("1\\.[0-9]{1,9}(\\.[0-9]{1,9})?")) {
      throw new MalformedMetadataException(
          "spec_version " + specVersion + " is not one that this client understands (1.x)");
    }
    if (version < 1) {
      throw new MalformedMetadataException("the version is " + version + ", less than 1");
    }
  }

  /** A header with this library's specification version; the expiry is cut to whole seconds. */
  public static Header of(long version, Instant expires) {
    return new Header(Role.SPEC_VERSION, version, expires.truncatedTo(ChronoUnit.SECONDS));
  }

  /** The header of the next version of a document. */
  public Header next(Instant expires) {
    return of(version + 1, expires);
  }

  static Header fromJson(ObjectNode json) {
    return new Header(
        MetadataJson.string(json, "spec_version"),
        MetadataJson.integer(json, "version", 1),
        MetadataJson.instant(json, "expires"));
  }

  ObjectNode startJson(RoleType<?> type) {
    ObjectNode json = MetadataJson.newObject();
    json.put("_type", type.name());
    json.put("spec_version", specVersion);
    json.put("version", version);
    json.put("expires", MetadataJson.time(expires));
    return json;
  }
}
