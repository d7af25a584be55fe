package dev.lockstep.repository.key;

import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.storage.DurableFiles;
import dev.lockstep.repository.storage.FileSystemFiles;
import dev.lockstep.tuf.metadata.Key;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.Signer;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder of private keys, one file per key: {@code <role>.<start of the key id>.key}.
 *
 * <p>Files are made for their owner only (0600). Not for use by several threads at once.
 */
public final class KeyFolder {
  private static final int ID_PART = 12;

  private final Path folder;
  private final Passphrases passphrases;
  private final DurableFiles files = new FileSystemFiles();
  // Deriving a key from a passphrase is slow on purpose; once per key is enough.
  private final Map<Path, Signer> opened = new HashMap<>();

  /** Where the keys are; the folder is made with the first key. */
  public KeyFolder(Path folder, Passphrases passphrases) {
    this.folder = folder.toAbsolutePath();
    this.passphrases = passphrases;
  }

  /** Where the keys are. */
  public Path folder() {
    return folder;
  }

  /**
   * Makes a new Ed25519 key for a role.
   *
   * @return its file
   * @throws RepositoryException.KeyUnusable if it cannot be written
   */
  public Path generate(String role) {
    return generate(role, KeyType.ED25519);
  }

  /** Makes a new key of some type for a role. */
  public Path generate(String role, KeyType type) {
    KeyType.MadeKey made = type.generate();
    Path file = folder.resolve(role + "." + made.signer().keyId().substring(0, ID_PART) + ".key");
    try {
      Files.createDirectories(folder, owner("rwx------"));
      byte[] content = KeyFile.content(role, made, passphrases.forKey(file));
      Path temporary = Files.createTempFile(folder, ".new", ".tmp", owner("rw-------"));
      files.replace(temporary, file, content);
    } catch (IOException unwritable) {
      throw KeyFile.unusable(
          file, unwritable.toString(), "check that its folder can be written", unwritable);
    }
    return file;
  }

  private static FileAttribute<?>[] owner(String permissions) {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /** The public parts of the keys that were made for a role, in the order of their files. */
  public List<Key> publicKeys(String role) {
    return filesOf(role).stream().map(KeyFile::publicKey).toList();
  }

  /**
   * The keys here that a role lists, opened.
   *
   * @param allowed what metadata says of the role
   * @throws RepositoryException.KeyUnusable if they are fewer than the role's threshold
   */
  public List<Signer> signers(String role, RoleKeys allowed) {
    List<Signer> signers = available(role, allowed.keyIds());
    if (signers.size() < allowed.threshold()) {
      throw new RepositoryException.KeyUnusable(
          "sign " + role,
          "%d of the needed %d keys are in %s"
              .formatted(signers.size(), allowed.threshold(), folder),
          "name the folder with the keys of this repository by --keys");
    }
    return signers;
  }

  /** Those of some keys that are here, opened; in the order of their files. */
  public List<Signer> available(String role, Collection<String> keyIds) {
    List<Signer> signers = new ArrayList<>();
    for (KeyFile file : filesOf(role)) {
      if (keyIds.contains(file.publicKey().id())) {
        signers.add(opened.computeIfAbsent(file.file(), path -> file.open(passphrases)));
      }
    }
    return signers;
  }

  private List<KeyFile> filesOf(String role) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> list = Files.list(folder)) {
      return list.filter(file -> isKeyOf(role, file.getFileName().toString()))
          .sorted()
          .map(KeyFile::read)
          .filter(file -> file.role().equals(role))
          .toList();
    } catch (IOException unreadable) {
      throw new RepositoryException.KeyUnusable(
          "read the keys in " + folder, unreadable.toString(), "check the folder", unreadable);
    }
  }

  private static boolean isKeyOf(String role, String name) {
    return name.startsWith(role + ".") && name.endsWith(".key");
  }
}
