package dev.lockstep.tuf.metadata;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Targets metadata, top-level or delegated: target files, and who else may list some (section 4.5).
 *
 * @param targets by target path
 */
public record TargetsRole(
    Header header,
    Map<String, TargetDescription> targets,
    Optional<Delegations> delegations,
    JsonObject extra)
    implements Role {
  private static final Set<String> FIELDS =
      Set.of("_type", "spec_version", "version", "expires", "targets", "delegations");

  public TargetsRole {
    targets = Collections.unmodifiableMap(new LinkedHashMap<>(targets));
  }

  /** Targets without delegations. */
  public static TargetsRole of(Header header, Map<String, TargetDescription> targets) {
    return new TargetsRole(header, targets, Optional.empty(), JsonObject.EMPTY);
  }

  /** Targets with delegations. */
  public static TargetsRole of(
      Header header, Map<String, TargetDescription> targets, Delegations delegations) {
    return new TargetsRole(header, targets, Optional.of(delegations), JsonObject.EMPTY);
  }

  static TargetsRole fromJson(ObjectNode json) {
    return new TargetsRole(
        Header.fromJson(json),
        MetadataJson.map(json, "targets", (path, target) -> TargetDescription.fromJson(target)),
        json.has("delegations")
            ? Optional.of(Delegations.fromJson(MetadataJson.object(json, "delegations")))
            : Optional.empty(),
        JsonObject.rest(json, FIELDS));
  }

  @Override
  public RoleType<TargetsRole> type() {
    return RoleType.TARGETS;
  }

  /** The same delegations and unknown fields with another header and other targets. */
  public TargetsRole with(Header newHeader, Map<String, TargetDescription> newTargets) {
    return new TargetsRole(newHeader, newTargets, delegations, extra);
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode json = header.startJson(RoleType.TARGETS);
    ObjectNode targetsJson = json.putObject("targets");
    targets.forEach((path, target) -> targetsJson.set(path, target.toJson()));
    delegations.ifPresent(present -> json.set("delegations", present.toJson()));
    extra.writeInto(json);
    return json;
  }
}
