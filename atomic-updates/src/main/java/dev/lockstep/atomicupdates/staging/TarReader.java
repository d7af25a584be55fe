package dev.lockstep.atomicupdates.staging;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Reads a tar stream. Headers are limited in size: long names and extended headers are read into
 * memory before their content can be judged.
 */
final class TarReader implements ArchiveReader {
  private static final long MOST_HEADER_BYTES = 1 << 20;
  private static final int PRIVILEGED = 06000;

  private final String name;
  private final Limited limited;
  private final TarArchiveInputStream tar;

  TarReader(InputStream decompressed, String name) {
    this.name = name;
    limited = new Limited(decompressed);
    tar =
        new TarArchiveInputStream(
            limited,
            TarConstants.DEFAULT_BLKSIZE,
            TarConstants.DEFAULT_RCDSIZE,
            "UTF-8",
            /* lenient= */ false);
  }

  @Override
  public Optional<Item> next() {
    try {
      limited.allowFurther(MOST_HEADER_BYTES);
      TarArchiveEntry entry = tar.getNextEntry();
      if (entry == null) {
        return Optional.empty();
      }
      // What is not read of the content is skipped on the way to the next header.
      limited.allow(Math.addExact(entry.getSize(), TarConstants.DEFAULT_BLKSIZE));
      return Optional.of(
          new Item(
              entry.getName(),
              kindOf(entry),
              OptionalInt.of(entry.getMode() & 0777),
              (entry.getMode() & PRIVILEGED) != 0,
              entry.getSize(),
              entry.isSymbolicLink() ? entry.getLinkName() : ""));
    } catch (IOException | RuntimeException unreadable) {
      throw StagingFailures.unreadable(name, unreadable);
    }
  }

  private static Kind kindOf(TarArchiveEntry entry) {
    if (entry.isSymbolicLink()) {
      return Kind.LINK;
    }
    if (entry.isLink()) {
      return Kind.HARD_LINK;
    }
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_DIR -> Kind.FOLDER;
      case TarConstants.LF_OLDNORM, TarConstants.LF_NORMAL, TarConstants.LF_CONTIG ->
          entry.isDirectory() ? Kind.FOLDER : entry.isSparse() ? Kind.SPECIAL : Kind.FILE;
      default -> Kind.SPECIAL;
    };
  }

  @Override
  public int read(byte[] buffer) {
    try {
      return tar.read(buffer);
    } catch (IOException | RuntimeException unreadable) {
      throw StagingFailures.unreadable(name, unreadable);
    }
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }

  /** Gives no more bytes than were allowed. */
  private static final class Limited extends FilterInputStream {
    private long left;

    Limited(InputStream in) {
      super(in);
    }

    void allow(long bytes) {
      left = bytes;
    }

    void allowFurther(long bytes) {
      left = Math.addExact(left, bytes);
    }

    @Override
    public int read() throws IOException {
      requireLeft();
      int one = super.read();
      left -= one < 0 ? 0 : 1;
      return one;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      requireLeft();
      int read = super.read(buffer, offset, (int) Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      requireLeft();
      long skipped = super.skip(Math.min(count, left));
      left -= skipped;
      return skipped;
    }

    private void requireLeft() throws IOException {
      if (left <= 0) {
        throw new IOException("a header is longer than " + MOST_HEADER_BYTES + " bytes");
      }
    }
  }
}
