package dev.lockstep.tuf;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** A server did not give a file. The code is {@code SOURCE_} and the name of the {@link Kind}. */
public final class FetchException extends TufException {
  /** What went wrong between here and the server. */
  public enum Kind {
    /** No connection, a broken connection, or no answer in time; also while the body was read. */
    UNREACHABLE,
    /** Status 4xx. */
    CLIENT_ERROR,
    /** Status 5xx. */
    SERVER_ERROR,
    /** Status 429, or 403 with a time to come back. */
    RATE_LIMITED,
    /** An answer that is not HTTP as expected. */
    MALFORMED,
    /** Plain http without permission. */
    PLAIN_HTTP,
    /** A redirect to a host that is not allowed. */
    REDIRECT
  }

  private final Kind kind;
  private final URI uri;
  private final int statusCode;
  private final Instant retryAfter;

  private FetchException(
      Kind kind, URI uri, int statusCode, Instant retryAfter, String reason, Throwable cause) {
    super("SOURCE_" + kind.name(), "cannot fetch " + shown(uri) + ": " + reason, cause);
    this.kind = kind;
    this.uri = shown(uri);
    this.statusCode = statusCode;
    this.retryAfter = retryAfter;
  }

  /** A failure without a status. */
  public static FetchException of(Kind kind, URI uri, String reason, Throwable cause) {
    return new FetchException(kind, uri, 0, null, reason, cause);
  }

  /** A failure that the server named. */
  public static FetchException ofStatus(Kind kind, URI uri, int statusCode, String reason) {
    return new FetchException(kind, uri, statusCode, null, reason, null);
  }

  /** A refusal for now. */
  public static FetchException rateLimited(URI uri, int statusCode, Instant retryAfter) {
    String when = retryAfter == null ? "" : "; try again after " + retryAfter;
    return new FetchException(
        Kind.RATE_LIMITED, uri, statusCode, retryAfter, "too many requests" + when, null);
  }

  public Kind kind() {
    return kind;
  }

  /** What was asked for, without user info and query. */
  public URI uri() {
    return uri;
  }

  /** The HTTP status, if the server answered. */
  public OptionalInt statusCode() {
    return statusCode == 0 ? OptionalInt.empty() : OptionalInt.of(statusCode);
  }

  /** When the server wants to be asked again, if it said so. */
  public Optional<Instant> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /**
   * Whether the server says that there is no such file. Static file stores answer 403 for a file
   * that does not exist when listing is not allowed.
   */
  public boolean isMissing() {
    return kind == Kind.CLIENT_ERROR
        && (statusCode == 404 || statusCode == 403 || statusCode == 410);
  }

  /** User info and query may hold secrets. */
  private static URI shown(URI uri) {
    try {
      return new URI(
          uri.getScheme(), null, uri.getHost(), uri.getPort(), uri.getPath(), null, null);
    } catch (URISyntaxException e) {
      return URI.create("unprintable:address");
    }
  }
}
