package dev.lockstep.repository.server;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers GET and HEAD for the files below {@code metadata/} and {@code targets/}. Thread-safe. */
final class RepositoryHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(RepositoryHandler.class);
  private static final List<String> SERVED = List.of("metadata", "targets");
  private static final int MOST_PATH = 2048;

  private final Path repository;
  private final AccessListener listener;
  private final Clock clock;

  RepositoryHandler(Path repository, AccessListener listener, Clock clock) {
    this.repository = repository;
    this.listener = listener;
    this.clock = clock;
  }

  /** What was answered so far to one request. */
  private static final class Answer {
    private int status;
    private long bytes;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Answer answer = new Answer();
    try {
      answer(exchange, answer);
      exchange.close();
    } catch (IOException gone) {
      // The client went away or the disk failed in the middle: the server ends the connection, and
      // the client sees a body that is too short.
      LOG.debug("request for {} ended early: {}", exchange.getRequestURI(), gone.toString());
      throw gone;
    } finally {
      listener.accessed(
          new Access(
              clock.instant(),
              exchange.getRequestMethod(),
              String.valueOf(exchange.getRequestURI().getPath()),
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")).orElse(""),
              answer.status,
              answer.bytes));
    }
  }

  private void answer(HttpExchange exchange, Answer answer) throws IOException {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      refuse(exchange, answer, 405);
      return;
    }
    Optional<Path> file = locate(exchange.getRequestURI().getPath());
    if (file.isEmpty()) {
      refuse(exchange, answer, 404);
      return;
    }
    String before = tag(file.get());
    try (FileChannel content = FileChannel.open(file.get(), StandardOpenOption.READ)) {
      // A file that was replaced meanwhile is sent whole and without a tag: nobody may take its
      // bytes for those of the other one.
      String tag = before.equals(tag(file.get())) ? before : "";
      send(exchange, answer, file.get(), content, tag);
    } catch (NoSuchFileException | FileNotFoundException missing) {
      refuse(exchange, answer, 404);
    }
  }

  /** The file that a path names, if it may be served. */
  private Optional<Path> locate(String path) throws IOException {
    if (path == null || path.length() > MOST_PATH || !path.startsWith("/")) {
      return Optional.empty();
    }
    String[] segments = path.substring(1).split("/", -1);
    if (segments.length < 2 || !SERVED.contains(segments[0])) {
      return Optional.empty();
    }
    for (String segment : segments) {
      // No "..", no hidden file, nothing that the file system reads as more than one name.
      if (segment.isEmpty() || segment.startsWith(".") || segment.indexOf('\\') >= 0) {
        return Optional.empty();
      }
    }
    try {
      Path served = repository.resolve(segments[0]);
      Path file = repository.resolve(path.substring(1));
      // A link inside the folder must not lead out of it.
      boolean inside =
          Files.isRegularFile(file) && file.toRealPath().startsWith(served.toRealPath());
      return inside ? Optional.of(file) : Optional.empty();
    } catch (InvalidPathException unusable) {
      return Optional.empty();
    } catch (NoSuchFileException replaced) {
      return Optional.empty();
    }
  }

  private static void refuse(HttpExchange exchange, Answer answer, int status) throws IOException {
    answer.status = status;
    exchange.sendResponseHeaders(status, -1);
  }

  private static void send(
      HttpExchange exchange, Answer answer, Path file, FileChannel content, String tag)
      throws IOException {
    long length = content.size();
    Headers headers = exchange.getResponseHeaders();
    Headers asked = exchange.getRequestHeaders();
    String type = type(file);
    headers.set("Content-Type", type);
    headers.set("Cache-Control", caching(file));
    headers.set("Vary", "Accept-Encoding");
    if (exchange.getRequestMethod().equals("GET") && Compression.isWanted(asked, type, length)) {
      sendCompressed(exchange, answer, Compression.of(content, length), tag);
      return;
    }
    if (!tag.isEmpty()) {
      headers.set("ETag", tag);
      headers.set("Accept-Ranges", "bytes");
    }
    if (!tag.isEmpty() && tag.equals(asked.getFirst("If-None-Match"))) {
      refuse(exchange, answer, 304);
      return;
    }
    String ifRange = asked.getFirst("If-Range");
    Optional<ByteRange> range =
        !tag.isEmpty() && (ifRange == null || ifRange.equals(tag))
            ? ByteRange.of(asked.getFirst("Range"), length)
            : Optional.empty();
    if (range.isPresent() && !range.get().isSatisfiable()) {
      headers.set("Content-Range", "bytes */" + length);
      refuse(exchange, answer, 416);
      return;
    }
    ByteRange part = range.orElse(new ByteRange(0, length - 1));
    range.ifPresent(
        some ->
            headers.set(
                "Content-Range", "bytes " + some.first() + "-" + some.last() + "/" + length));
    answer.status = range.isPresent() ? 206 : 200;
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Long.toString(part.length()));
      exchange.sendResponseHeaders(answer.status, -1);
      return;
    }
    // A length of 0 would mean "chunked" to the server.
    exchange.sendResponseHeaders(answer.status, part.length() == 0 ? -1 : part.length());
    copy(content.position(part.first()), part.length(), exchange, answer);
  }

  /** Bytes of another form than those of the file have a tag of their own, and no parts. */
  private static void sendCompressed(
      HttpExchange exchange, Answer answer, byte[] compressed, String tag) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    if (!tag.isEmpty()) {
      String own = tag.substring(0, tag.length() - 1) + "-gzip\"";
      headers.set("ETag", own);
      if (own.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
        refuse(exchange, answer, 304);
        return;
      }
    }
    headers.set("Content-Encoding", "gzip");
    answer.status = 200;
    exchange.sendResponseHeaders(answer.status, compressed.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(compressed);
      answer.bytes += compressed.length;
    }
  }

  private static void copy(
      SeekableByteChannel content, long length, HttpExchange exchange, Answer answer)
      throws IOException {
    if (length == 0) {
      return;
    }
    InputStream in = Channels.newInputStream(content);
    try (OutputStream out = exchange.getResponseBody()) {
      byte[] buffer = new byte[1 << 16];
      for (long left = length; left > 0; ) {
        int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          throw new IOException("the file became shorter while it was sent");
        }
        out.write(buffer, 0, read);
        answer.bytes += read;
        left -= read;
      }
    }
  }

  /** Changes with the file's content; empty if the file is no longer there. */
  private static String tag(Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      long identity =
          31L * String.valueOf(attributes.fileKey()).hashCode()
              + attributes.lastModifiedTime().toInstant().hashCode();
      String length = Long.toHexString(attributes.size());
      return '"' + length + '-' + Long.toHexString(identity) + '"';
    } catch (NoSuchFileException replaced) {
      return "";
    }
  }

  private static String type(Path file) {
    return file.getFileName().toString().endsWith(".json")
        ? "application/json"
        : "application/octet-stream";
  }

  private static String caching(Path file) {
    // Every other name is given once: it carries a version or a hash.
    return file.getFileName().toString().equals("timestamp.json")
        ? "no-cache"
        : "public, max-age=86400";
  }
}
