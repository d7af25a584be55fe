package dev.lockstep.tuf;

import dev.lockstep.tuf.metadata.Canonical;
import dev.lockstep.tuf.metadata.DelegatedRole;
import dev.lockstep.tuf.metadata.Delegations;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.MalformedMetadataException;
import dev.lockstep.tuf.metadata.PathPattern;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.SuccinctRoles;
import dev.lockstep.tuf.metadata.TargetsRole;
import dev.lockstep.tuf.metadata.Verification;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * What must be true of every parser of what a server or a damaged disk may give, for any bytes. Run
 * by the fuzzer, see {@link ParserFuzzTest}.
 *
 * <p>A target that breaks its promise throws; what a parser throws by its contract ends there.
 */
final class FuzzTargets {
  private static final List<RoleType<? extends Role>> TYPES =
      List.of(RoleType.ROOT, RoleType.TIMESTAMP, RoleType.SNAPSHOT, RoleType.TARGETS);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String PATH = "stable/backend/file.txt";
  private static final RoleKeys NO_KEYS = RoleKeys.of(List.of(), 1);
  private static final Path FOLDER = Path.of("/store");

  /** Targets that one process runs one after the other on each input. */
  static final Map<String, List<Consumer<byte[]>>> GROUPS =
      new TreeMap<>(
          Map.of(
              "metadata", List.of(FuzzTargets::metadata, FuzzTargets::firstRoot),
              "keys", List.of(FuzzTargets::key, FuzzTargets::signature),
              "texts",
                  List.of(
                      FuzzTargets::pattern,
                      FuzzTargets::names,
                      FuzzTargets::bins,
                      FuzzTargets::json),
              "answers",
                  List.of(
                      FuzzTargets::record,
                      AnswerFuzz::answer,
                      StoredFilesFuzz::lastRefresh,
                      StoredFilesFuzz::bundle)));

  private FuzzTargets() {}

  static void require(boolean promise, String what) {
    if (!promise) {
      throw new AssertionError(what);
    }
  }

  // ---- metadata

  /** Metadata of each role: a document that survives being written again, or refused in one way. */
  static void metadata(byte[] data) {
    for (RoleType<? extends Role> type : TYPES) {
      try {
        SignedMetadata<? extends Role> document = SignedMetadata.parse(data, type);
        survives(document, data, type);
        if (document.role() instanceof RootRole root) {
          TYPES.forEach(each -> verify(document, root.keys(), root.keysOf(each)));
        } else if (document.role() instanceof TargetsRole targets) {
          targets.delegations().ifPresent(found -> delegations(document, found));
        }
      } catch (MalformedMetadataException refused) {
        require(!refused.getMessage().isBlank(), "a reason");
      }
    }
  }

  private static void survives(
      SignedMetadata<? extends Role> document, byte[] data, RoleType<? extends Role> type) {
    require(Arrays.equals(document.bytes(), data), "the bytes are kept as they came");
    byte[] canonical = document.signedBytes();
    if (!hasControlCharacter(canonical)) {
      // Without control characters the canonical form is JSON, and its own canonical form.
      require(
          Arrays.equals(Canonical.encode(JSON.readTree(canonical)), canonical),
          "the canonical form is canonical");
    }
    SignedMetadata<? extends Role> again =
        SignedMetadata.parse(SignedMetadata.sign(document.role(), List.of()).bytes(), type);
    require(
        again.role().toJson().equals(document.role().toJson()), "a role is written as it is read");
  }

  private static boolean hasControlCharacter(byte[] bytes) {
    for (byte b : bytes) {
      if (b >= 0 && b < 0x20) {
        return true;
      }
    }
    return false;
  }

  private static void verify(SignedMetadata<?> document, Map<String, Key> keys, RoleKeys role) {
    Verification verification = Verification.of(document, keys, role);
    require(verification.valid() <= role.keyIds().size(), "no more keys than there are");
    require(verification.valid() <= document.signatures().size(), "no more than have signed");
  }

  private static void delegations(SignedMetadata<?> document, Delegations delegations) {
    for (DelegatedRole role : delegations.rolesFor(PATH)) {
      require(delegations.roleNamed(role.name()).isPresent(), "a role is found by its name");
      verify(document, delegations.keys(), role.keys());
    }
    if (delegations.succinct().isEmpty()) {
      require(
          delegations.rolesBelow("stable/").toList().containsAll(delegations.rolesFor(PATH)),
          "who may list a path may list below its beginning");
    }
  }

  /** The first root of an installation: trusted, or refused in one way. */
  static void firstRoot(byte[] data) {
    try {
      TrustedMetadataSet trusted = TrustedMetadataSet.startingFrom(data, Instant.MIN);
      require(Arrays.equals(trusted.rootBytes(), data), "the bytes are kept as they came");
    } catch (TufException refused) {
      require(!refused.code().isBlank(), "a code");
    }
  }

  // ---- keys

  private static List<Key> keysOf(String publicValue) {
    return List.of(
        Key.of("ed25519", "ed25519", publicValue),
        Key.of("ecdsa", "ecdsa-sha2-nistp256", publicValue),
        Key.of("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", publicValue),
        Key.of("rsa", "rsassa-pss-sha256", publicValue),
        Key.of("unknown", "unknown", publicValue));
  }

  /** A public key in hexadecimal digits or PEM: usable or not, and never more than one kind. */
  static void key(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    long kinds =
        keysOf(text).stream()
            .filter(Key::isUsable)
            .map(Key::keytype)
            .map(kind -> kind.startsWith("ecdsa") ? "ecdsa" : kind)
            .distinct()
            .count();
    require(kinds <= 1, "a key is of one kind");
    require(
        keysOf(text).stream().noneMatch(key -> key.verifies(data, new byte[64])),
        "nobody signed this");
  }

  /** A signature that nobody made is wrong, whatever its form. */
  static void signature(byte[] data) {
    for (Key key : FuzzSeeds.publicKeys()) {
      require(key.isUsable(), "a seed is a key");
      require(!key.verifies(FuzzSeeds.UNSIGNED, data), "nobody signed this");
    }
  }

  // ---- texts

  /** A pattern and a path, in two lines. */
  static void pattern(byte[] data) {
    String[] lines = lines(data);
    boolean matches = PathPattern.matches(lines[0], lines[1]);
    DelegatedRole role = DelegatedRole.byPaths("role", NO_KEYS, false, List.of(lines[0]));
    require(role.mayList(lines[1]) == matches, "a role may list what its pattern matches");
    String beginning = lines[1].substring(0, lines[1].length() / 2);
    Delegations delegations = Delegations.of(Map.of(), List.of(role));
    require(
        !matches || delegations.rolesBelow(beginning).findAny().isPresent(),
        "a role is asked below the beginning of what it may list");
    if (!lines[0].isEmpty()) {
      byPrefix(lines[0], lines[1]);
    }
  }

  private static void byPrefix(String prefix, String path) {
    DelegatedRole role =
        new DelegatedRole("role", NO_KEYS, false, List.of(), List.of(prefix), JsonObject.EMPTY);
    String hash = Hashes.hex("sha256", path.getBytes(StandardCharsets.UTF_8));
    require(
        role.mayList(path) == hash.regionMatches(true, 0, prefix, 0, prefix.length()),
        "a path belongs to the prefix of its hash");
  }

  /** A role name or target path stays one name in one folder, and comes back. */
  static void names(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    String name = RoleNames.encode(text);
    require(name.matches("[A-Za-z0-9%._~-]*"), "only safe characters");
    require(
        URLDecoder.decode(name, StandardCharsets.UTF_8).equals(text), "no two texts have one name");
    Path file = DirectoryMetadataStore.fileOf(FOLDER, text);
    require(FOLDER.equals(file.normalize().getParent()), "a file directly in the folder");
    require(file.getFileName().toString().length() <= 255, "a name that a file may have");
    try {
      URI address = URI.create("https://host/content/" + RoleNames.encodePath(text));
      require(address.normalize().getPath().startsWith("/content/"), "an address in the folder");
      require(Objects.equals(address.getHost(), "host"), "an address of the host");
    } catch (UnknownTargetException refused) {
      require(
          Stream.of(text.split("/", -1)).anyMatch(Set.of(".", "..")::contains),
          "only what leaves its folder is refused");
    }
  }

  /** Hash bins: a path is in one of them, which is found by its name. */
  static void bins(byte[] data) {
    String[] lines = lines(data);
    int bits = 1 + Math.floorMod(lines[0].hashCode(), 32);
    SuccinctRoles bins = SuccinctRoles.of(NO_KEYS, bits, lines[0]);
    String bin = bins.roleFor(lines[1]).name();
    require(bins.roleNamed(bin).isPresent(), "a bin is found by its name");
    bins.roleNamed(lines[1])
        .ifPresent(role -> require(role.name().equals(lines[1]), "the role of that name"));
  }

  /** Custom facts and canonical form: an object that is read again as it was, or refused. */
  static void json(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    try {
      JsonObject object = JsonObject.parse(text);
      require(JsonObject.parse(object.toJson()).equals(object), "an object is written as it is");
      byte[] canonical = Canonical.encode(object.toNode());
      require(
          Arrays.equals(canonical, Canonical.encode(JsonObject.of(object.toNode()).toNode())),
          "one canonical form");
    } catch (MalformedMetadataException refused) {
      require(!refused.getMessage().isBlank(), "a reason");
    }
  }

  private static String[] lines(byte[] data) {
    String text = new String(data, StandardCharsets.UTF_8);
    int end = text.indexOf('\n');
    return end < 0
        ? new String[] {text.substring(0, text.length() / 2), text.substring(text.length() / 2)}
        : new String[] {text.substring(0, end), text.substring(end + 1)};
  }

  // ---- what a disk gives

  /** The record of what was verified: exactly what was written, or nothing. */
  static void record(byte[] data) {
    VerifiedRecord.parse(data)
        .ifPresent(
            record -> require(Arrays.equals(record.toBytes(), data), "written as it is read"));
    // Its sum is against damage, and would keep the fuzzer from its lines.
    String lines = new String(data, StandardCharsets.UTF_8);
    String sum = Hashes.hex("sha256", lines.getBytes(StandardCharsets.UTF_8));
    byte[] summed = (lines + sum + "\n").getBytes(StandardCharsets.UTF_8);
    VerifiedRecord.parse(summed)
        .ifPresent(
            record ->
                require(
                    VerifiedRecord.parse(record.toBytes()).equals(VerifiedRecord.parse(summed)),
                    "written as it is read"));
  }
}
