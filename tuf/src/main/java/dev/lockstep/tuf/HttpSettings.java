package dev.lockstep.tuf;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How {@link HttpFetcher} behaves.
 *
 * @param connectTimeout for a connection
 * @param readTimeout for each wait for bytes
 * @param allowPlainHttp whether http (not https) is allowed: the setting {@code
 *     source.allow_plain_http}
 * @param redirectHosts hosts, or {@code host:port}, that a redirect may lead to
 * @param maxRetries further attempts after one that found no server or a failing one
 * @param retryDelay pause before each further attempt
 * @param slowest bytes per second, averaged over a whole answer after a start of {@code
 *     readTimeout}, below which it is given up (slow retrieval attack); 0 for any
 */
public record HttpSettings(
    Duration connectTimeout,
    Duration readTimeout,
    boolean allowPlainHttp,
    Set<String> redirectHosts,
    int maxRetries,
    Duration retryDelay,
    long slowest) {

  public HttpSettings {
    redirectHosts =
        redirectHosts.stream()
            .map(host -> host.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
    if (isOutOfRange(connectTimeout) || isOutOfRange(readTimeout)) {
      throw new IllegalArgumentException("a timeout is between 1 ms and 24 days");
    }
    if (maxRetries < 0 || retryDelay.isNegative() || slowest < 0) {
      throw new IllegalArgumentException("retries, delay and rate are not negative");
    }
  }

  /** 30 s of patience, https only, no redirects, no retries. */
  public static HttpSettings defaults() {
    return new HttpSettings(
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        false,
        Set.of(),
        0,
        Duration.ofSeconds(5),
        100);
  }

  public HttpSettings withTimeouts(Duration connect, Duration read) {
    return new HttpSettings(
        connect, read, allowPlainHttp, redirectHosts, maxRetries, retryDelay, slowest);
  }

  public HttpSettings withPlainHttp(boolean allowed) {
    return new HttpSettings(
        connectTimeout, readTimeout, allowed, redirectHosts, maxRetries, retryDelay, slowest);
  }

  public HttpSettings withRedirectHosts(Set<String> hosts) {
    return new HttpSettings(
        connectTimeout, readTimeout, allowPlainHttp, hosts, maxRetries, retryDelay, slowest);
  }

  public HttpSettings withRetries(int retries, Duration delay) {
    return new HttpSettings(
        connectTimeout, readTimeout, allowPlainHttp, redirectHosts, retries, delay, slowest);
  }

  public HttpSettings withSlowest(long bytesPerSecond) {
    return new HttpSettings(
        connectTimeout,
        readTimeout,
        allowPlainHttp,
        redirectHosts,
        maxRetries,
        retryDelay,
        bytesPerSecond);
  }

  /** HttpURLConnection takes milliseconds as an int, and 0 as for ever. */
  private static boolean isOutOfRange(Duration timeout) {
    return timeout.toMillis() < 1 || timeout.toMillis() > Integer.MAX_VALUE;
  }
}
