package dev.lockstep.atomicupdates.staging;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Reads a zip file by its central directory, which alone tells links and modes. Modes are not
 * reported: many zip files have none.
 */
final class ZipReader implements ArchiveReader {
  private static final int TYPE = 0170000;
  private static final int FOLDER = 0040000;
  private static final int REGULAR = 0100000;
  private static final int LINK = 0120000;
  private static final int PRIVILEGED = 06000;
  private static final int LONGEST_LINK = 4096;

  private final String name;
  private final ZipFile zip;
  private final Enumeration<ZipArchiveEntry> entries;
  private ZipArchiveEntry current;
  private InputStream content;

  ZipReader(Path file) {
    name = file.getFileName().toString();
    try {
      zip = ZipFile.builder().setPath(file).get();
    } catch (IOException | RuntimeException unreadable) {
      throw StagingFailures.unreadable(name, unreadable);
    }
    entries = zip.getEntriesInPhysicalOrder();
  }

  @Override
  public Optional<Item> next() {
    try {
      closeContent();
      if (!entries.hasMoreElements()) {
        return Optional.empty();
      }
      current = entries.nextElement();
      Kind kind = kindOf(current);
      return Optional.of(
          new Item(
              current.getName(),
              kind,
              OptionalInt.empty(),
              (current.getUnixMode() & PRIVILEGED) != 0,
              current.getSize(),
              kind == Kind.LINK ? linkTarget() : ""));
    } catch (IOException | RuntimeException unreadable) {
      throw StagingFailures.unreadable(name, unreadable);
    }
  }

  private static Kind kindOf(ZipArchiveEntry entry) {
    int type = entry.getUnixMode() & TYPE;
    if (type == 0) {
      return entry.isDirectory() ? Kind.FOLDER : Kind.FILE;
    }
    return switch (type) {
      case FOLDER -> Kind.FOLDER;
      case REGULAR -> entry.isDirectory() ? Kind.FOLDER : Kind.FILE;
      case LINK -> Kind.LINK;
      default -> Kind.SPECIAL;
    };
  }

  private String linkTarget() throws IOException {
    try (InputStream target = open()) {
      byte[] bytes = target.readNBytes(LONGEST_LINK + 1);
      if (bytes.length > LONGEST_LINK) {
        throw new IOException("a link's target is longer than " + LONGEST_LINK + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private InputStream open() throws IOException {
    if (!zip.canReadEntryData(current)) {
      throw new IOException("it is encrypted or compressed in an unknown way");
    }
    return zip.getInputStream(current);
  }

  @Override
  public int read(byte[] buffer) {
    try {
      if (content == null) {
        content = open();
      }
      return content.read(buffer);
    } catch (IOException | RuntimeException unreadable) {
      throw StagingFailures.unreadable(name, unreadable);
    }
  }

  private void closeContent() throws IOException {
    if (content != null) {
      content.close();
      content = null;
    }
  }

  @Override
  public void close() throws IOException {
    closeContent();
    zip.close();
  }
}
