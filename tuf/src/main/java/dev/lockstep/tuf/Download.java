package dev.lockstep.tuf;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * An answer whose body is being read. The caller closes it.
 *
 * @param body throws {@link IOException} if it ends before the length that the server stated, if
 *     nothing comes in time, or if it comes too slowly
 * @param offset where in the file the body starts: what was asked for, or 0 if the server does not
 *     serve parts of files
 * @param totalLength the length of the whole file, if the server says so; not to be trusted
 */
public record Download(InputStream body, long offset, OptionalLong totalLength)
    implements Closeable {
  @Override
  public void close() throws IOException {
    body.close();
  }
}
