package dev.lockstep.protocol.version;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * The file that tells which version of a component is installed: the bare version and a line feed,
 * or an os-release style file with {@code VERSION_ID=} or {@code VERSION=}.
 *
 * <p>Stateless; one writer per file at a time.
 */
public final class VersionFile {
  private static final int MAX_BYTES = 64 * 1024;

  private VersionFile() {}

  /**
   * Reads the version. Of an os-release style file {@code VERSION_ID} counts where both are there.
   *
   * @throws VersionFileException.Missing if there is no such file, or it cannot be read
   * @throws VersionFileException.Malformed if it does not say a version
   */
  public static ReleaseVersion read(Path file) {
    String content = content(file).strip();
    try {
      return ReleaseVersion.parse(content.contains("=") ? osRelease(file, content) : content);
    } catch (MalformedVersionException malformed) {
      throw new VersionFileException.Malformed(file, malformed.getMessage(), malformed);
    }
  }

  /**
   * Writes the version atomically and durably: whoever reads, and whatever crashes, the file has
   * the old version or the new one. It is a plain VERSION file afterwards.
   *
   * @throws MalformedVersionException if it is not a bare version; the file stays as it is
   * @throws IOException if it cannot be written; the file stays as it is
   */
  public static void setCurrentVersion(Path file, String version) throws IOException {
    byte[] content = (ReleaseVersion.parse(version) + "\n").getBytes(StandardCharsets.UTF_8);
    Path directory = file.toAbsolutePath().getParent();
    Path prepared = directory.resolve("." + file.getFileName() + ".new");
    try {
      write(prepared, content);
      Files.move(prepared, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(prepared);
    }
    try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }

  private static void write(Path file, byte[] content) throws IOException {
    // What a crash left behind is replaced, never written through: it could be a link.
    Files.deleteIfExists(file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Channels.newOutputStream(channel).write(content);
      channel.force(true);
    }
  }

  private static String content(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new VersionFileException.Malformed(file, "it is larger than 64 KiB", null);
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (NoSuchFileException missing) {
      throw new VersionFileException.Missing(file, "does not exist", missing);
    } catch (IOException unreadable) {
      throw new VersionFileException.Missing(file, "cannot be read", unreadable);
    }
  }

  private static String osRelease(Path file, String content) {
    Map<String, String> values = new HashMap<>();
    for (String line : content.split("\\R")) {
      int equals = line.indexOf('=');
      if (equals > 0 && !line.startsWith("#")) {
        values.put(line.substring(0, equals), unquoted(line.substring(equals + 1).strip()));
      }
    }
    String version = values.getOrDefault("VERSION_ID", values.get("VERSION"));
    if (version == null) {
      throw new VersionFileException.Malformed(
          file, "it has neither VERSION_ID nor VERSION; add one", null);
    }
    return version;
  }

  private static String unquoted(String value) {
    boolean quoted = value.length() >= 2 && value.matches("\".*\"|'.*'");
    return quoted ? value.substring(1, value.length() - 1) : value;
  }
}
