package dev.lockstep.atomicupdates.lancache;

import dev.lockstep.tuf.Download;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that goes from the repository to one who asks, and is not kept. */
final class Through implements Content {
  private static final Logger LOG = LoggerFactory.getLogger(Through.class);
  private static final int CHUNK = 64 * 1024;

  private final Download download;

  /** Opens it from an offset on, or from its beginning where the repository serves no parts. */
  Through(Places places, AskedFile asked, long offset) {
    this.download = places.open(asked, offset);
  }

  @Override
  public long length() {
    return download.totalLength().orElse(-1);
  }

  @Override
  public void copyTo(OutputStream out, long from, long end) throws IOException {
    InputStream body = download.body();
    body.skipNBytes(from - download.offset());
    byte[] chunk = new byte[CHUNK];
    long left = end < 0 ? Long.MAX_VALUE : end - from;
    while (left > 0) {
      int read = body.read(chunk, 0, (int) Math.min(CHUNK, left));
      if (read < 0) {
        break;
      }
      out.write(chunk, 0, read);
      left -= read;
    }
  }

  @Override
  public void close() {
    try {
      download.close();
    } catch (IOException unclosed) {
      LOG.debug("an answer of the repository was not closed", unclosed);
    }
  }
}
