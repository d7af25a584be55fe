package dev.lockstep.atomicupdates.lancache;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.lockstep.config.SourceSettings;
import dev.lockstep.tuf.FetchException;
import dev.lockstep.tuf.TufException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers GET and HEAD for files of the repository, whole or from an offset on. */
final class CacheHandler implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(CacheHandler.class);
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{0,18})");
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int NOT_SATISFIABLE = 416;
  private static final int BAD_GATEWAY = 502;
  private static final int UNAVAILABLE = 503;
  private static final long NOTHING = -1;
  private static final long UNKNOWN = 0;

  private final SourceSettings source;
  private final Contents contents;
  private final Clock clock;

  CacheHandler(SourceSettings source, Contents contents, Clock clock) {
    this.source = source;
    this.contents = contents;
    this.clock = clock;
  }

  /**
   * Answers. Whatever breaks an answer off comes out of here, and the server closes the connection;
   * to close the exchange would end a body of unknown length as if it were whole.
   */
  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try {
      answer(exchange);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the cache closes");
    }
    exchange.close();
  }

  private void answer(HttpExchange exchange) throws IOException, InterruptedException {
    String method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      exchange.sendResponseHeaders(METHOD_NOT_ALLOWED, NOTHING);
      return;
    }
    Optional<AskedFile> asked =
        exchange.getRequestURI().getRawQuery() == null
            ? AskedFile.of(exchange.getRequestURI().getRawPath(), source)
            : Optional.empty();
    if (asked.isEmpty()) {
      exchange.sendResponseHeaders(NOT_FOUND, NOTHING);
      return;
    }
    answer(exchange, asked.get());
  }

  private void answer(HttpExchange exchange, AskedFile asked)
      throws IOException, InterruptedException {
    String header = exchange.getRequestHeaders().getFirst("Range");
    Matcher range = RANGE.matcher(header == null ? "" : header);
    boolean part = range.matches();
    long from = part ? Long.parseLong(range.group(1)) : 0;
    try (Content content = contents.open(asked, from)) {
      long length = content.length();
      if (length < 0) {
        sendWhole(exchange, content);
      } else if (part && from >= length) {
        exchange.getResponseHeaders().set("Content-Range", "bytes */" + length);
        exchange.sendResponseHeaders(NOT_SATISFIABLE, NOTHING);
      } else {
        String last = part ? range.group(2) : "";
        long end = last.isEmpty() ? length : Math.min(length, Long.parseLong(last) + 1);
        send(exchange, content, part, from, Math.max(from, end), length);
      }
    } catch (FetchException refused) {
      refuse(exchange, refused);
    } catch (TufException unusable) {
      LOG.warn("{} cannot be given: {}", asked.path(), unusable.getMessage());
      exchange.sendResponseHeaders(BAD_GATEWAY, NOTHING);
    }
  }

  private static void send(
      HttpExchange exchange, Content content, boolean part, long from, long end, long length)
      throws IOException, InterruptedException {
    exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
    if (part) {
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %d-%d/%d".formatted(from, end - 1, length));
    }
    boolean body = exchange.getRequestMethod().equals("GET") && end > from;
    if (!body) {
      exchange.getResponseHeaders().set("Content-Length", Long.toString(end - from));
    }
    exchange.sendResponseHeaders(part ? PARTIAL : OK, body ? end - from : NOTHING);
    if (body) {
      // Newer JDKs hold the length back until some of the content is there.
      exchange.getResponseBody().flush();
      content.copyTo(exchange.getResponseBody(), from, end);
    }
  }

  private static void sendWhole(HttpExchange exchange, Content content)
      throws IOException, InterruptedException {
    boolean body = exchange.getRequestMethod().equals("GET");
    exchange.sendResponseHeaders(OK, body ? UNKNOWN : NOTHING);
    if (body) {
      content.copyTo(exchange.getResponseBody(), 0, NOTHING);
      exchange.getResponseBody().close();
    }
  }

  private void refuse(HttpExchange exchange, FetchException refused) throws IOException {
    LOG.debug("{} is not given: {}", refused.uri().getPath(), refused.getMessage());
    int status =
        switch (refused.kind()) {
          case CLIENT_ERROR ->
              refused.isMissing()
                  ? NOT_FOUND
                  : refused.statusCode().orElse(0) == NOT_SATISFIABLE
                      ? NOT_SATISFIABLE
                      : BAD_GATEWAY;
          case RATE_LIMITED -> UNAVAILABLE;
          default -> BAD_GATEWAY;
        };
    refused
        .retryAfter()
        .ifPresent(
            at -> {
              long seconds = Math.max(1, Duration.between(clock.instant(), at).toSeconds());
              exchange.getResponseHeaders().set("Retry-After", Long.toString(seconds));
            });
    exchange.sendResponseHeaders(status, NOTHING);
  }
}
