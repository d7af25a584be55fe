package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.tuf.FetchException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The fetcher against a real HTTP server. */
@Timeout(60)
class HttpFetcherTest extends HttpServerFixture {
  @Test
  @Tag("R47")
  void fetch_file_givesItsBytes() {
    serve("/file", exchange -> answer(exchange, 200, BODY));

    assertThat(fetcher(PLAIN).fetch(at("/file"), 10)).isEqualTo(BODY);
  }

  @Test
  @Tag("R63")
  void fetch_plainHttpWithoutPermission_isRefusedBeforeAnyRequest() {
    serve("/file", exchange -> answer(exchange, 200, BODY));

    FetchException e = failure(() -> fetcher(HttpSettings.defaults()).fetch(at("/file"), 10));

    assertThat(e.kind()).isEqualTo(Kind.PLAIN_HTTP);
    assertThat(e.code()).isEqualTo("SOURCE_PLAIN_HTTP");
    assertThat(e).hasMessageContaining("source.allow_plain_http");
    assertThat(hits).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "file:///etc/passwd",
    "ftp://host/x",
    "jar:file:/x!/y",
    "relative",
    "https:///nohost"
  })
  void fetch_otherAddress_isRefused(URI uri) {
    assertThat(failure(() -> fetcher(PLAIN).fetch(uri, 10)).kind()).isEqualTo(Kind.MALFORMED);
  }

  @ParameterizedTest
  @Tag("R65")
  @CsvSource({
    "404, CLIENT_ERROR, true", "410, CLIENT_ERROR, true", "403, CLIENT_ERROR, true",
    "400, CLIENT_ERROR, false", "416, CLIENT_ERROR, false", "500, SERVER_ERROR, false",
    "503, SERVER_ERROR, false", "429, RATE_LIMITED, false", "204, MALFORMED, false",
    "206, MALFORMED, false", "304, MALFORMED, false"
  })
  void fetch_status_hasItsOwnResult(int status, Kind kind, boolean missing) {
    serve("/file", exchange -> answer(exchange, status, new byte[0]));

    FetchException e = failure(() -> fetcher(PLAIN).fetch(at("/file"), 10));

    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e.code()).isEqualTo("SOURCE_" + kind);
    assertThat(e.statusCode()).hasValue(status);
    assertThat(e.isMissing()).isEqualTo(missing);
  }

  @ParameterizedTest
  @Tag("R52")
  @CsvSource(
      delimiter = '|',
      value = {
        "429 | Retry-After | 60 | 2026-11-21T12:01:00Z",
        "403 | Retry-After | 60 | 2026-11-21T12:01:00Z",
        "429 | Retry-After | Sat, 21 Nov 2026 13:00:00 GMT | 2026-11-21T13:00:00Z",
        "403 | X-RateLimit-Reset | 1795262400 | 2026-11-21T12:00:00Z",
        "429 | Retry-After | soon | ",
      })
  void fetch_rateLimited_saysWhenToComeBack(
      int status, String header, String value, Instant retryAfter) {
    serve(
        "/file",
        exchange -> {
          exchange.getResponseHeaders().set(header, value);
          answer(exchange, status, new byte[0]);
        });

    FetchException e = failure(() -> fetcher(PLAIN).fetch(at("/file"), 10));

    assertThat(e.kind()).isEqualTo(Kind.RATE_LIMITED);
    assertThat(e.retryAfter().orElse(null)).isEqualTo(retryAfter);
  }

  @Test
  @Tag("R65")
  void fetch_nobodyThere_isUnreachable() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    URI uri = URI.create("http://user:secret@127.0.0.1:" + free + "/file?token=secret");

    FetchException e = failure(() -> fetcher(IMPATIENT).fetch(uri, 10));

    assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(e).hasMessageNotContaining("secret");
    assertThat(e.uri().toString()).doesNotContain("secret");
  }

  @Test
  @Tag("R65")
  void fetch_serverThatSpeaksAnotherLanguage_isMalformed() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      threads.submit(
          () -> {
            while (true) {
              try (Socket client = socket.accept()) {
                client.getInputStream().read(new byte[1024]);
                client
                    .getOutputStream()
                    .write("SSH-2.0-OpenSSH\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
              }
            }
          });
      URI uri = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/file");

      assertThat(failure(() -> fetcher(PLAIN).fetch(uri, 10)).kind()).isEqualTo(Kind.MALFORMED);
    }
  }

  @Test
  @Tag("R68")
  void fetch_silentServer_timesOut() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      URI uri = URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/file");

      FetchException e = failure(() -> fetcher(IMPATIENT).fetch(uri, 10));

      assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(e).hasMessageContaining("imed out");
    }
  }

  @Test
  @Tag("R69")
  void fetch_bodyThatBreaksOff_isNotTakenForWhole() {
    serve(
        "/file",
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(BODY);
          exchange.getResponseBody().flush();
          throw new IOException("broken on purpose");
        });

    FetchException e = failure(() -> fetcher(PLAIN).fetch(at("/file"), 100));

    assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE);
  }

  @Test
  @Tag("R76")
  void endlessData_isCutOffAtTheLimit() {
    AtomicLong sent = new AtomicLong();
    serve(
        "/file",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream out = exchange.getResponseBody();
          byte[] chunk = new byte[8192];
          while (sent.get() < 1_000_000_000) {
            out.write(chunk);
            sent.addAndGet(chunk.length);
          }
        });

    assertThatThrownBy(() -> fetcher(PLAIN).fetch(at("/file"), 100_000))
        .isInstanceOfSatisfying(
            LimitException.class, e -> assertThat(e.code()).isEqualTo("TRUST_LIMIT"));

    assertThat(sent.get()).isLessThan(100_000_000);
  }

  @Test
  void slowRetrieval_isGivenUp() throws IOException {
    AtomicLong nanos = new AtomicLong();
    serve("/file", exchange -> answer(exchange, 200, BODY));
    HttpFetcher fetcher =
        new HttpFetcher(
            IMPATIENT.withSlowest(100),
            clock,
            sleeps::add,
            () -> nanos.getAndAdd(Duration.ofSeconds(10).toNanos()));

    try (Download download = fetcher.open(at("/file"), 0)) {
      assertThatThrownBy(() -> download.body().readAllBytes())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("less than 100 bytes per second");
    }
  }

  @Test
  @Tag("R69")
  void open_fromAnOffset_getsTheRest() throws IOException {
    serve(
        "/file",
        exchange -> {
          assertThat(exchange.getRequestHeaders().getFirst("Range")).isEqualTo("bytes=4-");
          exchange.getResponseHeaders().set("Content-Range", "bytes 4-9/10");
          exchange.sendResponseHeaders(206, 6);
          exchange.getResponseBody().write(BODY, 4, 6);
        });

    try (Download download = fetcher(PLAIN).open(at("/file"), 4)) {
      assertThat(download.offset()).isEqualTo(4);
      assertThat(download.totalLength()).hasValue(10);
      assertThat(download.body().readAllBytes()).asString().isEqualTo("456789");
    }
  }

  @Test
  @Tag("R69")
  void open_serverWithoutRanges_startsOver() throws IOException {
    serve("/file", exchange -> answer(exchange, 200, BODY));

    try (Download download = fetcher(PLAIN).open(at("/file"), 4)) {
      assertThat(download.offset()).isZero();
      assertThat(download.totalLength()).hasValue(10);
      assertThat(download.body().readAllBytes()).isEqualTo(BODY);
    }
  }

  @ParameterizedTest
  @CsvSource({"bytes 0-9/10", "bytes 5-9/10", "nonsense"})
  void open_otherPartThanAskedFor_isMalformed(String range) {
    serve(
        "/file",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Range", range);
          exchange.sendResponseHeaders(206, 6);
          exchange.getResponseBody().write(BODY, 4, 6);
        });

    assertThat(failure(() -> fetcher(PLAIN).open(at("/file"), 4)).kind()).isEqualTo(Kind.MALFORMED);
  }
}
