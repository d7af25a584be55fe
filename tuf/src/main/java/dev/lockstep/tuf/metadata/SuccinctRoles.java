package dev.lockstep.tuf.metadata;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Hash bins in a few bytes (TAP 15): 2^{@code bitLength} roles {@code namePrefix-HEX} with the same
 * keys, a target path belonging to the bin that the first bits of its SHA-256 name.
 *
 * @param bitLength 1 to 32
 */
public record SuccinctRoles(RoleKeys keys, int bitLength, String namePrefix, JsonObject extra) {
  private static final Set<String> FIELDS =
      Set.of("keyids", "threshold", "bit_length", "name_prefix");

  public SuccinctRoles {
    if (bitLength < 1 || bitLength > 32) {
      throw new MalformedMetadataException("bit_length is " + bitLength + ", not 1 to 32");
    }
  }

  public static SuccinctRoles of(RoleKeys keys, int bitLength, String namePrefix) {
    return new SuccinctRoles(keys, bitLength, namePrefix, JsonObject.EMPTY);
  }

  static SuccinctRoles fromJson(ObjectNode json) {
    return new SuccinctRoles(
        RoleKeys.fromJson(json, JsonObject.EMPTY),
        (int) Math.min(33, MetadataJson.integer(json, "bit_length", 1)),
        MetadataJson.string(json, "name_prefix"),
        JsonObject.rest(json, FIELDS));
  }

  /** The bin of a target path. */
  public DelegatedRole roleFor(String targetPath) {
    byte[] hash = Hashes.digest("sha256").digest(targetPath.getBytes(StandardCharsets.UTF_8));
    long first32 =
        (hash[0] & 0xffL) << 24
            | (hash[1] & 0xffL) << 16
            | (hash[2] & 0xffL) << 8
            | hash[3] & 0xffL;
    return bin(first32 >>> (32 - bitLength));
  }

  /** The bin of that name, if it is one. */
  public Optional<DelegatedRole> roleNamed(String name) {
    String start = namePrefix + "-";
    if (!name.startsWith(start) || !name.substring(start.length()).matches("[0-9a-f]{1,8}")) {
      return Optional.empty();
    }
    long number = Long.parseLong(name.substring(start.length()), 16);
    return number < (1L << bitLength) && bin(number).name().equals(name)
        ? Optional.of(bin(number))
        : Optional.empty();
  }

  /** All bins, one at a time: there may be very many. */
  Stream<DelegatedRole> all() {
    return LongStream.range(0, 1L << bitLength).mapToObj(this::bin);
  }

  /** The name of a bin, for a publisher that writes them all. */
  public String nameOf(long bin) {
    int digits = Long.toHexString((1L << bitLength) - 1).length();
    String hex = Long.toHexString(bin);
    return namePrefix + "-" + "0".repeat(digits - hex.length()) + hex;
  }

  /** Bins are terminating: no other bin can list the path. */
  private DelegatedRole bin(long number) {
    return new DelegatedRole(nameOf(number), keys, true, List.of(), List.of(), JsonObject.EMPTY);
  }

  ObjectNode toJson() {
    ObjectNode json = MetadataJson.newObject();
    keys.writeInto(json);
    json.put("bit_length", bitLength);
    json.put("name_prefix", namePrefix);
    extra.writeInto(json);
    return json;
  }
}
