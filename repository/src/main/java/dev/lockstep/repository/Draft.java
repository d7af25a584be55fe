package dev.lockstep.repository;

import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.tuf.metadata.MalformedMetadataException;
import dev.lockstep.tuf.metadata.MetadataSignature;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleType;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.TargetsRole;
import dev.lockstep.tuf.metadata.Verification;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A change that still lacks signatures, as a file that travels between the machine with the
 * repository and those with the keys: {@code sign} there, {@code merge} here. Holds no secret.
 * Immutable.
 */
public final class Draft {
  private static final int FORMAT = 1;
  private static final long LONGEST_FILE = 512L * 1024 * 1024;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Change change;
  private final Map<String, SignedMetadata<TargetsRole>> before;

  private Draft(Change change, Map<String, SignedMetadata<TargetsRole>> before) {
    this.change = change;
    this.before = Map.copyOf(before);
  }

  /** A change against what readers see now. */
  static Draft of(RepositoryDirectory directory, CurrentMetadata current, Change change) {
    Map<String, SignedMetadata<TargetsRole>> before = new TreeMap<>();
    for (String role : change.documents().keySet()) {
      directory.document(current, role).ifPresent(document -> before.put(role, document));
    }
    return new Draft(change, before);
  }

  Change change() {
    return change;
  }

  /** The roles that still lack signatures: how many they have, how many they need. */
  public Map<String, Verification> missing() {
    return change.missing();
  }

  /** What readers would get: one line for each thing that changes. */
  public List<String> describe() {
    return new ChangeDescription(change, before).lines();
  }

  /** The same with the signatures of all keys in a folder that may sign it. */
  public Draft signedBy(KeyFolder keys) {
    return new Draft(change.signedBy(keys), before);
  }

  /** How many signatures there are; those of one key in two documents count twice. */
  public int signatures() {
    int root = change.newRoot().map(document -> document.signatures().size()).orElse(0);
    return root + change.documents().values().stream().mapToInt(d -> d.signatures().size()).sum();
  }

  /**
   * The same with the signatures of a copy that somebody else signed.
   *
   * @throws RepositoryException.Refused if it is another change
   */
  public Draft mergedWith(Draft copy) {
    boolean same =
        change.documents().keySet().equals(copy.change.documents().keySet())
            && change.newRoot().isPresent() == copy.change.newRoot().isPresent();
    if (!same) {
      throw new RepositoryException.Refused(
          "merge the drafts", "they are two different changes", "merge them one after the other");
    }
    Map<String, SignedMetadata<TargetsRole>> documents = new LinkedHashMap<>();
    change
        .documents()
        .forEach(
            (role, document) ->
                documents.put(role, merge(role, document, copy.change.documents().get(role))));
    Optional<SignedMetadata<RootRole>> root =
        change.newRoot().map(one -> merge("root", one, copy.change.newRoot().orElseThrow()));
    return new Draft(
        new Change(change.trustedRoot(), change.trustedTargets(), root, documents), before);
  }

  /**
   * The change against what readers see now.
   *
   * @throws RepositoryException.Refused if that is no longer what the draft was made for
   */
  Change rebasedOn(RepositoryDirectory directory, CurrentMetadata current) {
    boolean fits =
        Arrays.equals(current.root().signedBytes(), change.trustedRoot().signedBytes())
            && change
                .newRoot()
                .map(next -> next.role().version() == current.root().role().version() + 1)
                .orElse(true);
    for (Map.Entry<String, SignedMetadata<TargetsRole>> role : change.documents().entrySet()) {
      long now = directory.document(current, role.getKey()).map(d -> d.role().version()).orElse(0L);
      fits &= role.getValue().role().version() == now + 1;
    }
    if (!fits) {
      throw new RepositoryException.Refused(
          "merge the draft", "the repository has changed since it was made", "make it anew");
    }
    return new Change(current.root(), current.targets(), change.newRoot(), change.documents());
  }

  private static <R extends Role> SignedMetadata<R> merge(
      String role, SignedMetadata<R> one, SignedMetadata<R> other) {
    if (!Arrays.equals(one.signedBytes(), other.signedBytes())) {
      throw new RepositoryException.Refused(
          "merge the drafts", "they differ in " + role, "merge copies of one draft only");
    }
    // What does not verify is dropped when the change is applied, so a bad signature under some
    // key's id must not hide a good one.
    Map<String, MetadataSignature> all = new TreeMap<>();
    other.signatures().forEach(signature -> all.put(signature.keyId(), signature));
    one.signatures().forEach(signature -> all.put(signature.keyId(), signature));
    return one.withSignatures(List.copyOf(all.values()));
  }

  /**
   * Reads a draft.
   *
   * @throws RepositoryException.NotFound if there is no such file
   * @throws RepositoryException.Refused if it is not a draft
   */
  public static Draft read(Path file) {
    try {
      if (Files.size(file) > LONGEST_FILE) {
        throw unreadable(file, "it is too long", null);
      }
      JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
      if (json.path("format").asInt(0) != FORMAT) {
        throw unreadable(file, "it is not a draft of format " + FORMAT, null);
      }
      Optional<SignedMetadata<RootRole>> root =
          json.has("root") ? Optional.of(parse(json.get("root"), RoleType.ROOT)) : Optional.empty();
      JsonNode trusted = json.path("trusted");
      Change change =
          new Change(
              parse(trusted.path("root"), RoleType.ROOT),
              parse(trusted.path("targets"), RoleType.TARGETS),
              root,
              parseAll(json.path("targets")));
      return new Draft(change, parseAll(json.path("before")));
    } catch (NoSuchFileException missing) {
      throw new RepositoryException.NotFound(
          "read the draft " + file, "there is no such file", "name one that exists");
    } catch (IOException | JacksonException | MalformedMetadataException malformed) {
      throw unreadable(file, String.valueOf(malformed.getMessage()), malformed);
    }
  }

  private static RepositoryException unreadable(Path file, String why, Exception cause) {
    return new RepositoryException.Refused(
        "read the draft " + file, why, "make it anew with --draft", cause);
  }

  private static Map<String, SignedMetadata<TargetsRole>> parseAll(JsonNode json) {
    Map<String, SignedMetadata<TargetsRole>> documents = new LinkedHashMap<>();
    for (String role : json.propertyNames()) {
      documents.put(role, parse(json.get(role), RoleType.TARGETS));
    }
    return documents;
  }

  private static <R extends Role> SignedMetadata<R> parse(JsonNode json, RoleType<R> type) {
    return SignedMetadata.parse(json.toString().getBytes(StandardCharsets.UTF_8), type);
  }

  /**
   * Writes the draft; an old one of that name is replaced in one step.
   *
   * @throws RepositoryException.StateUnusable if it cannot be written
   */
  public void writeTo(Path file) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT);
    change.newRoot().ifPresent(root -> json.set("root", asJson(root)));
    ObjectNode targets = json.putObject("targets");
    change.documents().forEach((role, document) -> targets.set(role, asJson(document)));
    ObjectNode earlier = json.putObject("before");
    new TreeMap<>(before).forEach((role, document) -> earlier.set(role, asJson(document)));
    ObjectNode trusted = json.putObject("trusted");
    trusted.set("root", asJson(change.trustedRoot()));
    trusted.set("targets", asJson(change.trustedTargets()));
    Path target = file.toAbsolutePath();
    try {
      Path temporary = Files.createTempFile(target.getParent(), ".draft", ".tmp");
      Files.write(temporary, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException unwritable) {
      throw new RepositoryException.StateUnusable(
          "write the draft " + file, unwritable.toString(), "name another file", unwritable);
    }
  }

  private static JsonNode asJson(SignedMetadata<?> document) {
    return MAPPER.readTree(document.bytes());
  }
}
