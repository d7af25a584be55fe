package dev.lockstep.repository.bundle;

import dev.lockstep.repository.RepositoryDirectory;
import dev.lockstep.repository.RepositoryDirectory.CurrentMetadata;
import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes a bundle: every root, the newest metadata, and the content of some channels. */
public final class BundleWriter {
  /** The earliest time that a zip file can state. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final RepositoryDirectory directory;
  private final Set<String> channels;
  private final Set<String> components;

  /**
   * Prepares a bundle.
   *
   * @param channels whose content goes in
   * @param components whose content goes in; empty for all
   */
  public BundleWriter(RepositoryDirectory directory, Set<String> channels, Set<String> components) {
    this.directory = directory;
    this.channels = Set.copyOf(channels);
    this.components = Set.copyOf(components);
    for (String channel : channels) {
      if (!RepositorySettings.CHANNELS.contains(channel)) {
        throw new RepositoryException.Refused(
            "bundle the channel " + channel,
            "there is no such channel",
            "use one of " + RepositorySettings.CHANNELS);
      }
    }
  }

  /**
   * Writes the bundle; an old one of that name is replaced in one step.
   *
   * @return the number of targets in it
   * @throws RepositoryException.StateUnusable if the repository cannot be read, or the file not
   *     written
   */
  public int writeTo(Path file) {
    Path target = file.toAbsolutePath();
    try {
      Path temporary = Files.createTempFile(target.getParent(), ".bundle", ".tmp");
      try {
        int targets;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(temporary));
            ZipOutputStream zip = new ZipOutputStream(out)) {
          zip.setMethod(ZipOutputStream.STORED);
          targets = write(zip);
        }
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return targets;
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException failed) {
      throw new RepositoryException.StateUnusable(
          "write the bundle " + file,
          failed.toString(),
          "check the repository (lockstep-repo verify) and the disk",
          failed);
    }
  }

  private int write(ZipOutputStream zip) throws IOException {
    CurrentMetadata current = directory.current();
    for (long version = 1; version <= current.root().role().version(); version++) {
      String name = version + ".root.json";
      copy(zip, "metadata/" + name, directory.metadata().resolve(name));
    }
    put(zip, "timestamp.json", current.timestamp());
    put(zip, current.snapshot().role().version() + ".snapshot.json", current.snapshot());
    put(zip, current.targets().role().version() + ".targets.json", current.targets());
    Map<String, Path> content = new TreeMap<>();
    for (String channel : RepositorySettings.CHANNELS) {
      for (String role : directory.rolesOf(current, channel)) {
        SignedMetadata<TargetsRole> document = directory.role(current, role);
        put(zip, document.role().version() + "." + role + ".json", document);
        if (channels.contains(channel)) {
          collect(document.role().targets(), content);
        }
      }
    }
    for (Map.Entry<String, Path> one : content.entrySet()) {
      copy(zip, one.getKey(), one.getValue());
    }
    return content.size();
  }

  private void collect(Map<String, TargetDescription> targets, Map<String, Path> content) {
    targets.forEach(
        (path, described) -> {
          String[] parts = path.split("/");
          if (components.isEmpty() || (parts.length > 1 && components.contains(parts[1]))) {
            Path file = directory.targetFile(path, described.hashes().get("sha256"));
            String name = directory.folder().relativize(file).toString().replace('\\', '/');
            content.put(name, file);
          }
        });
  }

  private static void put(ZipOutputStream zip, String name, SignedMetadata<?> document)
      throws IOException {
    byte[] bytes = document.bytes();
    CRC32 checksum = new CRC32();
    checksum.update(bytes);
    zip.putNextEntry(entry("metadata/" + name, bytes.length, checksum));
    zip.write(bytes);
    zip.closeEntry();
  }

  private static void copy(ZipOutputStream zip, String name, Path file) throws IOException {
    CRC32 checksum = new CRC32();
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        checksum.update(buffer, 0, read);
      }
    }
    zip.putNextEntry(entry(name, Files.size(file), checksum));
    Files.copy(file, zip);
    zip.closeEntry();
  }

  /** Stored entries state their length and checksum first, so that any reader can seek in them. */
  private static ZipEntry entry(String name, long size, CRC32 checksum) {
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(size);
    entry.setCompressedSize(size);
    entry.setCrc(checksum.getValue());
    entry.setTimeLocal(TIME);
    return entry;
  }
}
