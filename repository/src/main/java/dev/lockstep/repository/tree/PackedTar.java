package dev.lockstep.repository.tree;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** A tar stream of plain files whose bytes depend on names and contents only. */
public final class PackedTar implements Closeable {
  private static final int MODE = 0644;
  private final TarArchiveOutputStream tar;

  /**
   * Writes to a stream.
   *
   * @param out is closed with this
   */
  public PackedTar(OutputStream out) {
    tar = new TarArchiveOutputStream(out, StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  /** Adds a part of a file under a name. */
  public void add(String name, Path file, long offset, long size) throws IOException {
    TarArchiveEntry entry = TreePacker.entry(name, TarConstants.LF_NORMAL, MODE);
    entry.setSize(size);
    tar.putArchiveEntry(entry);
    try (FileChannel content = FileChannel.open(file).position(offset)) {
      InputStream in = Channels.newInputStream(content);
      byte[] buffer = new byte[1 << 16];
      for (long left = size; left > 0; ) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          throw new IOException(file + " became shorter while it was read");
        }
        tar.write(buffer, 0, read);
        left -= read;
      }
    }
    tar.closeArchiveEntry();
  }

  @Override
  public void close() throws IOException {
    tar.close();
  }
}
