package dev.lockstep.tuf;

import dev.lockstep.tuf.FetchException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets files over https, and over http where that is allowed.
 *
 * <p>Every wait has a limit: connecting, each read, and the rate over a whole answer. Redirects are
 * followed only to hosts on a list, five at most, never from https to http. Only reading: no
 * cookies, no credentials, and addresses appear in messages without user info and query.
 * Thread-safe.
 */
public final class HttpFetcher implements Fetcher {
  private static final Logger LOG = LoggerFactory.getLogger(HttpFetcher.class);
  private static final String GZIP = "gzip";
  private static final int EXPANSION_BUFFER = 8 * 1024;
  private static final int MOST_REDIRECTS = 5;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\\*)");

  private final HttpSettings settings;
  private final Clock clock;
  private final Sleeper sleeper;
  private final LongSupplier nanoTime;

  public HttpFetcher(HttpSettings settings, Clock clock) {
    this(settings, clock, Sleeper.REAL, System::nanoTime);
  }

  HttpFetcher(HttpSettings settings, Clock clock, Sleeper sleeper, LongSupplier nanoTime) {
    this.settings = settings;
    this.clock = clock;
    this.sleeper = sleeper;
    this.nanoTime = nanoTime;
  }

  @Override
  public Download open(URI uri, long offset) {
    return withRetries(() -> openOnce(uri, offset, false));
  }

  @Override
  public byte[] fetch(URI uri, long maxBytes) {
    return withRetries(
        () -> {
          try (Download download = openOnce(uri, 0, true)) {
            return Fetcher.read(download, uri, maxBytes);
          } catch (IOException e) {
            throw brokenOff(uri, e);
          }
        });
  }

  private static FetchException brokenOff(URI uri, IOException cause) {
    Kind kind = cause instanceof ZipException ? Kind.MALFORMED : Kind.UNREACHABLE;
    return FetchException.of(kind, uri, String.valueOf(cause), cause);
  }

  private <T> T withRetries(Supplier<T> attempt) {
    for (int retries = 0; ; retries++) {
      try {
        return attempt.get();
      } catch (FetchException e) {
        boolean passing = e.kind() == Kind.UNREACHABLE || e.kind() == Kind.SERVER_ERROR;
        if (!passing || retries >= settings.maxRetries()) {
          throw e;
        }
        LOG.debug("Attempt {} failed, trying again: {}", retries + 1, e.getMessage());
      }
      sleeper.sleep(settings.retryDelay());
    }
  }

  private Download openOnce(URI uri, long offset, boolean compressed) {
    URI at = uri;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      checkScheme(at);
      HttpURLConnection connection = connect(at, offset, compressed);
      int status = statusOf(connection, at);
      if (!REDIRECTS.contains(status)) {
        return answer(connection, at, status, offset, compressed);
      }
      String location = connection.getHeaderField("Location");
      connection.disconnect();
      at = redirected(at, location);
    }
    throw FetchException.of(Kind.REDIRECT, uri, "more than " + MOST_REDIRECTS + " redirects", null);
  }

  private void checkScheme(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (uri.getHost() == null || !scheme.equals("https") && !scheme.equals("http")) {
      throw FetchException.of(Kind.MALFORMED, uri, "not an http or https address", null);
    }
    if (scheme.equals("http") && !settings.allowPlainHttp()) {
      throw FetchException.of(
          Kind.PLAIN_HTTP,
          uri,
          "plain http is refused; use https, or set source.allow_plain_http to true",
          null);
    }
  }

  private HttpURLConnection connect(URI uri, long offset, boolean compressed) {
    try {
      HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
      connection.setConnectTimeout((int) settings.connectTimeout().toMillis());
      connection.setReadTimeout((int) settings.readTimeout().toMillis());
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setRequestProperty("User-Agent", "lockstep");
      // A part of a compressed answer would not be a part of what was signed for.
      connection.setRequestProperty("Accept-Encoding", compressed ? GZIP : "identity");
      if (offset > 0) {
        connection.setRequestProperty("Range", "bytes=" + offset + "-");
      }
      return connection;
    } catch (IOException e) {
      throw FetchException.of(Kind.UNREACHABLE, uri, String.valueOf(e), e);
    }
  }

  private static int statusOf(HttpURLConnection connection, URI uri) {
    int status;
    try {
      status = connection.getResponseCode();
    } catch (IOException e) {
      connection.disconnect();
      // The JDK has one exception type for a missing server and for one that talks nonsense.
      boolean nonsense = String.valueOf(e.getMessage()).contains("Invalid Http response");
      throw FetchException.of(
          nonsense ? Kind.MALFORMED : Kind.UNREACHABLE, uri, String.valueOf(e), e);
    }
    if (status < 0) {
      connection.disconnect();
      throw FetchException.of(Kind.MALFORMED, uri, "the answer is not HTTP", null);
    }
    return status;
  }

  private Download answer(
      HttpURLConnection connection, URI uri, int status, long offset, boolean compressed) {
    if (status == 200 || status == 206 && offset > 0) {
      long length = connection.getContentLengthLong();
      try {
        return status == 200
            ? whole(connection, uri, length, compressed)
            : partial(connection, uri, length, offset);
      } catch (IOException e) {
        connection.disconnect();
        throw brokenOff(uri, e);
      }
    }
    FetchException refusal = refusal(connection, uri, status);
    connection.disconnect();
    throw refusal;
  }

  /**
   * A whole file. One that was compressed on the way, which only {@link #fetch} asks for, is
   * expanded as it is read: the reader's limit holds for what comes out.
   */
  private Download whole(HttpURLConnection connection, URI uri, long length, boolean compressed)
      throws IOException {
    String encoding = connection.getContentEncoding();
    if (encoding == null || encoding.equalsIgnoreCase("identity")) {
      OptionalLong stated = length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
      return new Download(body(connection, length), 0, stated);
    }
    if (!compressed || !encoding.equalsIgnoreCase(GZIP)) {
      connection.disconnect();
      throw FetchException.of(
          Kind.MALFORMED, uri, "the answer has the encoding " + encoding + ", not asked for", null);
    }
    InputStream expanded = new GZIPInputStream(body(connection, length), EXPANSION_BUFFER);
    return new Download(expanded, 0, OptionalLong.empty());
  }

  private Download partial(HttpURLConnection connection, URI uri, long length, long offset)
      throws IOException {
    String header = String.valueOf(connection.getHeaderField("Content-Range"));
    Matcher range = CONTENT_RANGE.matcher(header);
    if (!range.matches() || Long.parseLong(range.group(1)) != offset) {
      connection.disconnect();
      throw FetchException.of(
          Kind.MALFORMED, uri, "asked for bytes from " + offset + ", got " + header, null);
    }
    OptionalLong total =
        range.group(2).equals("*")
            ? OptionalLong.empty()
            : OptionalLong.of(Long.parseLong(range.group(2)));
    return new Download(body(connection, length), offset, total);
  }

  private InputStream body(HttpURLConnection connection, long length) throws IOException {
    return new BodyStream(
        connection,
        connection.getInputStream(),
        length,
        settings.slowest(),
        settings.readTimeout(),
        nanoTime);
  }

  private FetchException refusal(HttpURLConnection connection, URI uri, int status) {
    Instant retryAfter = retryAfter(connection);
    if (status == 429 || status == 403 && retryAfter != null) {
      return FetchException.rateLimited(uri, status, retryAfter);
    }
    String reason = "the server answers with status " + status;
    if (status >= 400 && status < 500) {
      return FetchException.ofStatus(Kind.CLIENT_ERROR, uri, status, reason);
    }
    if (status >= 500 && status < 600) {
      return FetchException.ofStatus(Kind.SERVER_ERROR, uri, status, reason);
    }
    return FetchException.ofStatus(Kind.MALFORMED, uri, status, reason);
  }

  /**
   * When to come back: {@code Retry-After} in seconds or as a date, or {@code X-RateLimit-Reset} in
   * seconds since 1970 if nothing remains; null if the server does not say.
   */
  private Instant retryAfter(HttpURLConnection connection) {
    String after = connection.getHeaderField("Retry-After");
    String reset = connection.getHeaderField("X-RateLimit-Reset");
    String remaining = connection.getHeaderField("X-RateLimit-Remaining");
    try {
      if (after != null) {
        return after.strip().matches("[0-9]{1,9}")
            ? clock.instant().plusSeconds(Long.parseLong(after.strip()))
            : ZonedDateTime.parse(after.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      }
      if (reset != null && (remaining == null || remaining.strip().equals("0"))) {
        return Instant.ofEpochSecond(Long.parseLong(reset.strip()));
      }
    } catch (DateTimeException | NumberFormatException e) {
      LOG.debug("Not a time to come back: {} {}", after, reset);
    }
    return null;
  }

  private URI redirected(URI from, String location) {
    URI to;
    try {
      to = from.resolve(String.valueOf(location));
    } catch (IllegalArgumentException e) {
      throw FetchException.of(Kind.REDIRECT, from, "a redirect to an unreadable address", e);
    }
    String host = String.valueOf(to.getHost()).toLowerCase(Locale.ROOT);
    boolean allowed =
        settings.redirectHosts().contains(host)
            || settings.redirectHosts().contains(host + ":" + to.getPort());
    if (location == null || !allowed) {
      throw FetchException.of(
          Kind.REDIRECT,
          from,
          "a redirect to the host " + host + " is refused; use that address, or allow the host",
          null);
    }
    if ("https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(to.getScheme())) {
      throw FetchException.of(Kind.REDIRECT, from, "a redirect from https to http", null);
    }
    return to;
  }
}
