package dev.lockstep.repository.key;

import dev.lockstep.repository.RepositoryException;
import dev.lockstep.tuf.metadata.Key;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The public part of a key as a file, to carry it from the machine that has the private part to the
 * one that has the repository. Holds no secret.
 *
 * @param role the role that the key was made for
 * @param key as metadata lists it
 */
public record PublicKeyFile(String role, Key key) {
  private static final long LONGEST_FILE = 64 * 1024;

  /**
   * Reads such a file; a file with the private part will do too.
   *
   * @throws RepositoryException.NotFound if there is none
   * @throws RepositoryException.KeyUnusable if it is something else
   */
  public static PublicKeyFile read(Path file) {
    try {
      if (Files.size(file) > LONGEST_FILE) {
        throw KeyFile.unusable(file, "it is longer than a key", "name another file", null);
      }
      JsonNode json = JsonMapper.shared().readTree(Files.readAllBytes(file));
      Key key =
          Key.of(
              json.path("keytype").asString(""),
              json.path("scheme").asString(""),
              json.path("public").asString(""));
      String role = json.path("role").asString("");
      if (role.isEmpty() || !key.isUsable()) {
        throw KeyFile.unusable(file, "it is not a public key", "make one with keygen", null);
      }
      return new PublicKeyFile(role, key);
    } catch (NoSuchFileException missing) {
      throw new RepositoryException.NotFound(
          "use key " + file, "there is no such file", "make one with keygen --public");
    } catch (IOException | JacksonException unreadable) {
      throw KeyFile.unusable(file, unreadable.getMessage(), "make one with keygen", unreadable);
    }
  }

  /** Writes it. */
  public void writeTo(Path file) {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("format", 1).put("role", role);
    json.put("keytype", key.keytype()).put("scheme", key.scheme());
    json.put("public", key.publicValue());
    try {
      Files.write(
          file, JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    } catch (IOException unwritable) {
      throw KeyFile.unusable(
          file, unwritable.toString(), "check that its folder can be written", unwritable);
    }
  }
}
