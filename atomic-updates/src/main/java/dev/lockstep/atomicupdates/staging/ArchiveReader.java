package dev.lockstep.atomicupdates.staging;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;

/**
 * What an archive says it holds, one item after the other. Nothing of it is believed here.
 *
 * <p>Both methods throw {@code ARCHIVE_UNREADABLE} where the archive is broken. Memory is bounded
 * whatever the archive says. One thread.
 */
interface ArchiveReader extends Closeable {
  /** What can be unpacked. */
  List<String> FORMATS = List.of("tar.zst", "tar.gz", "zip");

  /** The next item, or empty at the end. */
  Optional<Item> next();

  /** Reads content of the item that {@link #next} gave last; -1 at its end. */
  int read(byte[] buffer);

  /** What an item is. */
  enum Kind {
    FILE,
    FOLDER,
    LINK,
    HARD_LINK,
    /** A device, a fifo, and what else is neither of the others. */
    SPECIAL
  }

  /**
   * An item as the archive names it.
   *
   * @param name unchecked
   * @param kind what it is
   * @param mode permission bits, where the format carries them reliably
   * @param privileged whether a setuid or setgid bit is set
   * @param size bytes of its content, as the archive says
   * @param linkTarget of a link, unchecked; empty otherwise
   */
  record Item(
      String name, Kind kind, OptionalInt mode, boolean privileged, long size, String linkTarget) {}

  /**
   * Opens an archive that is still being downloaded. What has to be read from its end, as zip has,
   * is awaited.
   *
   * @param format one of {@link #FORMATS}
   */
  static ArchiveReader open(ArrivingFile file, String format) throws IOException {
    if (format.equals("zip")) {
      return new ZipReader(file.awaitAll());
    }
    InputStream compressed = new BufferedInputStream(file.open(), 128 * 1024);
    String name = file.path().getFileName().toString();
    try {
      return switch (format) {
        case "tar.gz" -> new TarReader(new GZIPInputStream(compressed, 64 * 1024), name);
        case "tar.zst" -> new TarReader(new ZstdInputStreamNoFinalizer(compressed), name);
        default -> throw new IllegalArgumentException("no such archive format: " + format);
      };
    } catch (IOException unreadable) {
      compressed.close();
      throw StagingFailures.unreadable(name, unreadable);
    }
  }
}
