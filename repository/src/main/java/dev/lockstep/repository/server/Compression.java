package dev.lockstep.repository.server;

import com.sun.net.httpserver.Headers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * Metadata made smaller on its way: it repeats the same names hundreds of times. Content is not
 * compressed, as artifacts are already, and readers ask for parts of them.
 */
final class Compression {
  /** Below, the answer's headers cost more than is saved. */
  private static final long SHORTEST = 1024;

  /** Above, the answer would take too much memory at once; it is sent as it is. */
  private static final long LONGEST = 8L * 1024 * 1024;

  private Compression() {}

  /** Whether an answer is to be compressed: if the client takes it, and wants the whole file. */
  static boolean isWanted(Headers asked, String contentType, long length) {
    return contentType.equals("application/json")
        && length >= SHORTEST
        && length <= LONGEST
        && !asked.containsKey("Range")
        && takesGzip(asked.getOrDefault("Accept-Encoding", List.of()));
  }

  private static boolean takesGzip(List<String> accepted) {
    for (String one : String.join(",", accepted).toLowerCase(Locale.ROOT).split(",")) {
      String[] parts = one.replace(" ", "").split(";", 2);
      if (parts[0].equals("gzip")) {
        return parts.length == 1 || !parts[1].matches("q=0(\\.0*)?");
      }
    }
    return false;
  }

  /** The compressed bytes of a file. */
  static byte[] of(SeekableByteChannel content, long length) throws IOException {
    ByteBuffer file = ByteBuffer.allocate((int) length);
    while (file.hasRemaining()) {
      if (content.read(file) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(file.array());
    }
    return compressed.toByteArray();
  }
}
