package dev.lockstep.atomicupdates.lancache;

import dev.lockstep.atomicupdates.files.Disk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that is whole in the cache; it can be read to its end though it is removed meanwhile. */
final class KeptFile implements Content {
  private static final Logger LOG = LoggerFactory.getLogger(KeptFile.class);
  private static final long CHUNK = 64 * 1024;

  private final FileChannel file;

  KeptFile(Path path) throws IOException {
    file = Disk.open(path, StandardOpenOption.READ);
  }

  @Override
  public long length() throws IOException {
    return file.size();
  }

  @Override
  public void copyTo(OutputStream out, long from, long end) throws IOException {
    WritableByteChannel to = Channels.newChannel(out);
    long at = from;
    while (at < end) {
      long copied = file.transferTo(at, Math.min(CHUNK, end - at), to);
      if (copied <= 0) {
        throw new IOException("the cache lost a part of it");
      }
      at += copied;
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException unclosed) {
      LOG.debug("a file of the cache was not closed", unclosed);
    }
  }
}
