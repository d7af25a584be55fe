package dev.lockstep.tuf;

import java.io.IOException;
import java.net.URI;

/** Gets files from a repository. Nothing that comes out of it is trusted. Thread-safe. */
public interface Fetcher {

  /**
   * Opens a file, from an offset on if the server can.
   *
   * @param offset bytes to skip, 0 for the whole file; see {@link Download#offset} for whether the
   *     server did. A server that has no byte there answers with status 416
   * @throws FetchException if there is no such answer
   */
  Download open(URI uri, long offset);

  /**
   * Reads a small file whole.
   *
   * @throws FetchException if it does not arrive
   * @throws LimitException if it is longer than {@code maxBytes}; no more than that is read
   */
  default byte[] fetch(URI uri, long maxBytes) {
    try (Download download = open(uri, 0)) {
      return read(download, uri, maxBytes);
    } catch (IOException e) {
      throw FetchException.of(FetchException.Kind.UNREACHABLE, uri, String.valueOf(e), e);
    }
  }

  /** Reads the body of an answer, up to a limit. */
  static byte[] read(Download download, URI uri, long maxBytes) throws IOException {
    int most = (int) Math.min(maxBytes, Integer.MAX_VALUE - 16);
    byte[] bytes = download.body().readNBytes(most);
    if (bytes.length == most && download.body().read() >= 0) {
      throw new LimitException(
          "cannot fetch " + uri.getPath() + ": it is longer than the " + most + " bytes accepted");
    }
    return bytes;
  }
}
