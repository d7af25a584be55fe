package dev.lockstep.repository.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import dev.lockstep.repository.Publisher;
import dev.lockstep.repository.ReleaseContent;
import dev.lockstep.repository.ReleaseSpec;
import dev.lockstep.repository.RepositoryException;
import dev.lockstep.repository.RepositorySettings;
import dev.lockstep.repository.Trees;
import dev.lockstep.repository.key.KeyFolder;
import dev.lockstep.repository.key.Passphrases;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryServerTest {
  private static final String TEXT = "0123456789";

  @TempDir private Path folder;
  private final List<Access> accesses = new CopyOnWriteArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private Path repository;
  private RepositoryServer server;

  @BeforeEach
  void start() {
    repository = folder.resolve("repository");
    // Before there is a repository: the start reads nothing.
    server = RepositoryServer.start(repository, loopback(), accesses::add, List.of());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private void target(String name, String text) throws IOException {
    Path file = repository.resolve("targets").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(server.url().resolve(path));
  }

  @Test
  void get_file_wholeWithLengthAndTag() throws Exception {
    target("a/x", TEXT);
    target("a/empty", "");

    HttpResponse<String> answer = send(at("targets/a/x"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(TEXT);
    assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(10);
    HttpResponse<String> empty = send(at("targets/a/empty"));
    assertThat(empty.statusCode()).isEqualTo(200);
    assertThat(empty.body()).isEmpty();

    String tag = answer.headers().firstValue("ETag").orElseThrow();
    assertThat(send(at("targets/a/x").header("If-None-Match", tag)).statusCode()).isEqualTo(304);
    target("a/x", "other");
    assertThat(send(at("targets/a/x").header("If-None-Match", tag)).body()).isEqualTo("other");
  }

  @Test
  void get_metadataByAClientThatTakesGzip_isCompressedWithATagOfItsOwn() throws Exception {
    String text = "{\"a\":\"" + "b".repeat(5_000) + "\"}";
    Files.createDirectories(repository.resolve("metadata"));
    Files.writeString(repository.resolve("metadata/1.x.json"), text);
    target("artifact", text);

    HttpResponse<byte[]> answer =
        http.send(
            at("metadata/1.x.json").header("Accept-Encoding", "br, gzip;q=0.5").build(),
            HttpResponse.BodyHandlers.ofByteArray());
    HttpResponse<String> plain = send(at("metadata/1.x.json"));

    assertThat(answer.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(answer.headers().firstValue("Vary")).hasValue("Accept-Encoding");
    assertThat(answer.body()).hasSizeLessThan(500);
    assertThat(new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes())
        .isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(plain.body()).isEqualTo(text);
    String tag = answer.headers().firstValue("ETag").orElseThrow();
    assertThat(plain.headers().firstValue("ETag")).isPresent().isNotEqualTo(Optional.of(tag));
    HttpRequest.Builder again =
        at("metadata/1.x.json").header("Accept-Encoding", "gzip").header("If-None-Match", tag);
    assertThat(send(again).statusCode()).isEqualTo(304);
    for (String refused : List.of("gzip;q=0", "identity", "xgzip")) {
      assertThat(send(at("metadata/1.x.json").header("Accept-Encoding", refused)).body())
          .isEqualTo(text);
    }
    HttpRequest.Builder part =
        at("metadata/1.x.json").header("Accept-Encoding", "gzip").header("Range", "bytes=0-1");
    assertThat(send(part).body()).isEqualTo("{\"");
    assertThat(send(at("targets/artifact").header("Accept-Encoding", "gzip")).body())
        .isEqualTo(text);
  }

  @Test
  void head_file_lengthWithoutBody() throws Exception {
    target("x", TEXT);

    HttpResponse<String> answer =
        send(at("targets/x").method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(10);
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @Tag("R69")
  @CsvSource({
    "bytes=0-3, 206, 0123, bytes 0-3/10",
    "bytes=4-, 206, 456789, bytes 4-9/10",
    "bytes=8-100, 206, 89, bytes 8-9/10",
    "bytes=-3, 206, 789, bytes 7-9/10",
    "bytes=-30, 206, 0123456789, bytes 0-9/10",
    "bytes=9-9, 206, 9, bytes 9-9/10",
    "bytes=10-, 416, '', bytes */10",
    "bytes=-0, 416, '', bytes */10",
    "'bytes=0-1,4-5', 200, 0123456789,",
    "bytes=5-4, 200, 0123456789,",
    "items=0-1, 200, 0123456789,",
    "bytes=-, 200, 0123456789,",
    "bytes=99999999999999999999-, 200, 0123456789,"
  })
  void get_range_partOrWhole(String range, int status, String body, String contentRange)
      throws Exception {
    target("x", TEXT);

    HttpResponse<String> answer = send(at("targets/x").header("Range", range));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.headers().firstValue("Content-Range").orElse(null)).isEqualTo(contentRange);
  }

  @Test
  void get_rangeOfAFileThatChanged_wholeFile() throws Exception {
    target("x", TEXT);
    String tag = send(at("targets/x")).headers().firstValue("ETag").orElseThrow();
    HttpRequest.Builder resumed =
        at("targets/x").header("Range", "bytes=5-").header("If-Range", tag);
    assertThat(send(resumed).body()).isEqualTo("56789");

    target("x", "abcdefghijk");
    HttpResponse<String> answer = send(resumed);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("abcdefghijk");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/metadata",
        "/metadata/",
        "/targets/",
        "/targets/folder",
        "/repository.json",
        "/keys/root.key",
        "/targets/../repository.json",
        "/targets/%2e%2e/repository.json",
        "/targets/..%2frepository.json",
        "/targets/folder/%2e%2e/%2e%2e/repository.json",
        "/targets//etc/passwd",
        "//etc/passwd",
        "/targets/%00",
        "/targets/.hidden",
        "/targets/link-out",
        "/targets/link-out/repository.json",
        "/targets/..%5crepository.json"
      })
  @Tag("R150")
  void get_pathOutside_notFound(String path) throws IOException {
    target("folder/x", TEXT);
    target(".hidden", TEXT);
    Files.writeString(repository.resolve("repository.json"), "secret");
    Files.createSymbolicLink(repository.resolve("targets/link-out"), Path.of("../repository.json"));

    // A raw socket: a client library would tidy the path up.
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              ("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      String answer =
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      assertThat(answer).matches("HTTP/1.1 (404|400) .*");
    }
  }

  @Test
  void put_anything_methodNotAllowed() throws Exception {
    target("x", TEXT);
    HttpResponse<String> answer =
        send(at("targets/x").PUT(HttpRequest.BodyPublishers.ofString("evil")));
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(send(at("targets/x")).body()).isEqualTo(TEXT);
  }

  @Test
  @Tag("R58")
  @DisplayName("R58: a release that is published while the server runs is served")
  void get_publishedAfterTheStart_served() throws Exception {
    KeyFolder keys = new KeyFolder(folder.resolve("keys"), Passphrases.NONE);
    Publisher publisher =
        Publisher.initialize(repository, keys, RepositorySettings.defaults(), Clock.systemUTC());
    String before = send(at("metadata/timestamp.json")).body();
    assertThat(send(at("metadata/2.stable.json")).statusCode()).isEqualTo(404);

    publisher.publish(
        ReleaseSpec.of("backend", "1.0.0"),
        ReleaseContent.tree(Trees.small(folder.resolve("tree"), "text")));

    assertThat(send(at("metadata/timestamp.json")).body()).isNotEqualTo(before);
    assertThat(send(at("metadata/2.stable.json")).body()).contains("backend-1.0.0.tar.gz");
  }

  @Test
  @Tag("R62")
  @DisplayName("R62: several servers with different configurations side by side")
  void start_severalWithDifferentConfigurations_eachServesItsOwn(@TempDir Path other)
      throws Exception {
    target("x", "of the first");
    Files.createDirectories(other.resolve("targets"));
    Files.writeString(other.resolve("targets/x"), "of the second");
    List<Access> seen = Collections.synchronizedList(new ArrayList<>());
    Filter closed =
        new Filter() {
          @Override
          public String description() {
            return "refuses everybody";
          }

          @Override
          public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
          }
        };
    try (RepositoryServer second = RepositoryServer.start(other, loopback(), seen::add, List.of());
        RepositoryServer third =
            RepositoryServer.start(other, loopback(), AccessListener.NONE, List.of(closed))) {
      assertThat(send(at("targets/x")).body()).isEqualTo("of the first");
      assertThat(seen).isEmpty();
      URI inSecond = second.url().resolve("targets/x");
      assertThat(send(HttpRequest.newBuilder(inSecond)).body()).isEqualTo("of the second");
      Awaitility.await("it is told after the answer").until(() -> seen.size() == 1);
      URI inThird = third.url().resolve("targets/x");
      assertThat(send(HttpRequest.newBuilder(inThird)).statusCode()).isEqualTo(401);
      assertThat(second.url()).isNotEqualTo(third.url());
    }
    assertThat(send(at("targets/x")).body()).isEqualTo("of the first");
  }

  @Test
  @Tag("R59")
  @DisplayName("R59: start does not depend on the number of files, measured with 100,000")
  void start_hundredThousandFiles_costsLessThanOneWalk() throws Exception {
    Path many = repository.resolve("targets/many");
    Files.createDirectories(many);
    Path linked = null;
    for (int i = 0; i < 100_000; i++) {
      Path file = many.resolve(Integer.toString(i));
      // A file system allows some ten thousand links to one file.
      if (i % 30_000 == 0) {
        linked = Files.writeString(file, TEXT);
      } else {
        Files.createLink(file, linked);
      }
    }

    long walk = Long.MAX_VALUE;
    long start = Long.MAX_VALUE;
    for (int round = 0; round < 2; round++) {
      long begin = System.nanoTime();
      try (Stream<Path> all = Files.walk(repository)) {
        assertThat(all.filter(Files::isRegularFile).count()).isEqualTo(100_000);
      }
      walk = Math.min(walk, System.nanoTime() - begin);

      begin = System.nanoTime();
      try (RepositoryServer another = RepositoryServer.start(repository, loopback())) {
        URI uri = another.url().resolve("targets/many/99999");
        assertThat(send(HttpRequest.newBuilder(uri)).body()).isEqualTo(TEXT);
        start = Math.min(start, System.nanoTime() - begin);
      }
    }
    assertThat(start).isLessThan(walk / 2);
  }

  @Test
  void accesses_eachRequest_reportedWithBytes() throws Exception {
    target("x", TEXT);
    send(at("targets/x").header("Range", "bytes=4-"));
    send(at("targets/none"));

    Awaitility.await().until(() -> accesses.size() == 2);
    assertThat(accesses)
        .extracting(
            a -> a.method() + a.path() + " " + a.range() + " " + a.status() + " " + a.bytes())
        .containsExactly("GET/targets/x bytes=4- 206 6", "GET/targets/none  404 0");
    assertThat(server.requests()).isEqualTo(2);
    assertThat(server.bytesSent()).isEqualTo(6);
  }

  @Test
  void start_portInUse_saysWhatToDo() {
    InetSocketAddress taken =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    assertThatThrownBy(() -> RepositoryServer.start(repository, taken))
        .isInstanceOf(RepositoryException.StateUnusable.class)
        .hasMessageContaining("choose another --port");
  }
}
