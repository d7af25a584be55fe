package dev.lockstep.tuf;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The body of an answer, which fails instead of ending early or trickling for ever.
 *
 * <p>{@link HttpURLConnection} reports a connection that breaks in the middle of a body of known
 * length as the end of the body; here it is an {@link EOFException}.
 */
final class BodyStream extends InputStream {
  private final HttpURLConnection connection;
  private final InputStream body;
  private final long length;
  private final long slowest;
  private final long graceNanos;
  private final LongSupplier nanoTime;
  private final long started;
  private long read;

  /**
   * @param length bytes that the server announced, or -1
   * @param slowest bytes per second
   */
  BodyStream(
      HttpURLConnection connection,
      InputStream body,
      long length,
      long slowest,
      Duration grace,
      LongSupplier nanoTime) {
    this.connection = connection;
    this.body = body;
    this.length = length;
    this.slowest = slowest;
    this.graceNanos = grace.toNanos();
    this.nanoTime = nanoTime;
    this.started = nanoTime.getAsLong();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int count) throws IOException {
    int got = body.read(target, offset, count);
    if (got < 0) {
      if (length >= 0 && read < length) {
        throw new EOFException("the connection ended after " + read + " of " + length + " bytes");
      }
      return -1;
    }
    read += got;
    checkRate();
    return got;
  }

  private void checkRate() throws IOException {
    long elapsed = nanoTime.getAsLong() - started;
    if (elapsed > graceNanos && read / (elapsed / 1e9) < slowest) {
      throw new IOException(
          "the server sends less than "
              + slowest
              + " bytes per second ("
              + read
              + " bytes in "
              + Duration.ofNanos(elapsed).toSeconds()
              + " s)");
    }
  }

  /** Leaves the connection reusable if it was read to its end, and drops it if not. */
  @Override
  public void close() throws IOException {
    if (length >= 0 && read >= length) {
      body.close();
    } else {
      connection.disconnect();
    }
  }
}
