package dev.lockstep.repository.key;

import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.key.KeyType.MadeKey;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * One private key as a file: role, public part, and the private part in PKCS#8, plain or encrypted.
 *
 * @param file where it is
 * @param role the role that it was made for
 * @param publicKey as metadata lists it
 * @param json the file's content
 */
record KeyFile(Path file, String role, Key publicKey, JsonNode json) {
  private static final int FORMAT = 1;
  private static final byte[] PROBE = {'l', 'o', 'c', 'k'};
  private static final long LONGEST_FILE = 64 * 1024;
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Set<PosixFilePermission> OWNER_ONLY =
      Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  /** The content of a new file. */
  static byte[] content(String role, MadeKey made, Optional<char[]> passphrase) {
    Key publicKey = made.signer().publicKey();
    String publicValue = publicKey.publicValue();
    ObjectNode json = MAPPER.createObjectNode();
    json.put("format", FORMAT);
    json.put("role", role);
    json.put("keytype", publicKey.keytype());
    json.put("scheme", publicKey.scheme());
    json.put("public", publicValue);
    if (passphrase.isPresent()) {
      json.set(
          "encrypted", EncryptedKey.seal(made.pkcs8(), passphrase.get(), publicValue).toJson());
    } else {
      json.put("private", Base64.getEncoder().encodeToString(made.pkcs8()));
    }
    return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json);
  }

  /** Reads a file without opening the private part. */
  static KeyFile read(Path file) {
    try {
      requireOwnerOnly(file);
      if (Files.size(file) > LONGEST_FILE) {
        throw unusable(file, "it is longer than a key file", "remove it", null);
      }
      JsonNode json = MAPPER.readTree(Files.readAllBytes(file));
      if (json.path("format").asInt(0) != FORMAT || !json.path("role").isString()) {
        throw unusable(file, "it is not a key file of format " + FORMAT, "remove it", null);
      }
      Key key =
          Key.of(
              json.path("keytype").asString(""),
              json.path("scheme").asString(""),
              json.path("public").asString(""));
      return new KeyFile(file, json.path("role").stringValue(), key, json);
    } catch (IOException | JacksonException unreadable) {
      throw unusable(file, unreadable.getMessage(), "restore it from a copy", unreadable);
    }
  }

  private static void requireOwnerOnly(Path file) throws IOException {
    if (!Files.getFileStore(file).supportsFileAttributeView("posix")) {
      return;
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (!OWNER_ONLY.containsAll(permissions)) {
      throw unusable(file, "others can read it", "run chmod 600 on it", null);
    }
  }

  /** Opens the private part. */
  Signer open(Passphrases passphrases) {
    byte[] pkcs8 =
        json.has("encrypted")
            ? EncryptedKey.fromJson(file, json.get("encrypted"))
                .open(file, passphrase(passphrases), publicKey.publicValue())
            : plain();
    KeyType type =
        KeyType.named(publicKey.scheme())
            .orElseThrow(
                () -> unusable(file, "its type is unknown", "use a newer lockstep-repo", null));
    try {
      Signer signer = type.signer(pkcs8, publicKey);
      if (!signer.publicKey().equals(publicKey) || !publicKey.verifies(PROBE, signer.sign(PROBE))) {
        throw unusable(file, "its private and public part differ", "restore it from a copy", null);
      }
      return signer;
    } catch (IllegalArgumentException malformed) {
      throw unusable(file, "its private part is malformed", "restore it from a copy", malformed);
    }
  }

  private byte[] plain() {
    try {
      return Base64.getDecoder().decode(json.path("private").asString(""));
    } catch (IllegalArgumentException malformed) {
      throw unusable(file, "its private part is malformed", "restore it from a copy", malformed);
    }
  }

  private char[] passphrase(Passphrases passphrases) {
    return passphrases
        .forKey(file)
        .orElseThrow(
            () ->
                unusable(
                    file,
                    "it is encrypted and no passphrase was given",
                    "set LOCKSTEP_KEY_PASSPHRASE or run it in a terminal",
                    null));
  }

  static RepositoryException unusable(Path file, String why, String remedy, Throwable cause) {
    return new RepositoryException.KeyUnusable("use key " + file, why, remedy, cause);
  }
}
