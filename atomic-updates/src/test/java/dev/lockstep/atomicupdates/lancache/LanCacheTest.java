package dev.lockstep.atomicupdates.lancache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.config.SourceSettings;
import dev.lockstep.testkit.BodyGate;
import dev.lockstep.testkit.TestRepository;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("R107")
class LanCacheTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  @TempDir Path folder;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private TestRepository repository;
  private LanCache cache;
  private byte[] content;
  private String path;

  @BeforeEach
  void open() throws Exception {
    repository = TestRepository.create(folder.resolve("publisher"));
    repository.publish("backend", "1.1.0");
    path = published();
    content = Files.readAllBytes(repository.directory().folder().resolve(path));
    repository.forgetAccesses();
    start(100);
  }

  @AfterEach
  void close() {
    cache.close();
    repository.close();
  }

  private void start(int megabytes) {
    start(megabytes, source(repository.metadataUrl(), repository.contentUrl()));
  }

  private SourceSettings source(URI metadata, URI content) {
    return new SourceSettings(
        metadata,
        content,
        repository.rootFile(),
        true,
        Optional.empty(),
        SourceSettings.Via.DIRECT);
  }

  /** With another server before the repository, which is its mirror. */
  private void startBehind(int port) {
    cache.close();
    URI other = URI.create("http://127.0.0.1:" + port + "/");
    start(
        100,
        source(other.resolve("metadata/"), other.resolve("targets/"))
            .withMirrors(List.of(repository.metadataUrl()), List.of(repository.contentUrl())));
  }

  private void start(int megabytes, SourceSettings source) {
    cache =
        LanCache.start(
            InetSocketAddress.createUnresolved("127.0.0.1", 0),
            folder.resolve("lan-cache"),
            megabytes,
            source,
            new HttpFetcher(HttpSettings.defaults().withPlainHttp(true), Clock.systemUTC()),
            Clock.systemUTC());
  }

  /** The archive, by the name that carries its hash. */
  private String published() throws Exception {
    Path targets = repository.directory().targets();
    try (Stream<Path> files = Files.walk(targets)) {
      return files
          .filter(file -> file.toString().endsWith(".tar.gz"))
          .map(file -> "targets/" + targets.relativize(file))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void get_sameTargetTwice_isFetchedOnceAndTheSame() throws Exception {
    assertThat(get(path).body()).isEqualTo(content);
    await().atMost(LONG).until(() -> kept("t-").size() == 1);
    assertThat(get(path).body()).isEqualTo(content);
    assertThat(repository.accesses(".tar.gz")).hasSize(1);
  }

  @Test
  void get_repositoryIsGone_targetsComeFromTheCacheAndOtherFilesAreABadGateway() throws Exception {
    get(path);
    await().atMost(LONG).until(() -> kept("t-").size() == 1);
    repository.down();
    assertThat(get(path).body()).isEqualTo(content);
    assertThat(get("metadata/timestamp.json").statusCode()).isEqualTo(502);
  }

  @Test
  void get_repositoryDoesNotAnswer_itsMirrorDoes() throws Exception {
    startBehind(1);
    assertThat(get("metadata/timestamp.json").statusCode()).isEqualTo(200);
    assertThat(get("metadata/99.root.json").statusCode())
        .as("the chain of roots ends")
        .isEqualTo(404);
    assertThat(get(path).body()).isEqualTo(content);
    assertThat(range(path, "bytes=5-9").body())
        .isEqualTo(java.util.Arrays.copyOfRange(content, 5, 10));
    repository.down();
    assertThat(get("targets/another.tar.gz").statusCode()).isEqualTo(502);
  }

  @Test
  @Tag("R78")
  void get_repositoryGivesWrongContent_theMirrorIsAskedTheNextTime() throws Exception {
    HttpServer liar = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 10);
    liar.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(new byte[content.length]);
          }
        });
    liar.start();
    try {
      startBehind(liar.getAddress().getPort());
      assertThat(succeeds(path)).as("what is wrong is not given to the end").isFalse();
      assertThat(get(path).body()).isEqualTo(content);
      await().atMost(LONG).until(() -> kept("t-").size() == 1);
    } finally {
      liar.stop(0);
    }
  }

  @Test
  @Tag("R78")
  void get_answerOfUnknownLengthBreaksOff_isNotGivenAsIfItWereWhole() throws Exception {
    HttpServer broken = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 10);
    broken.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(content, 0, content.length / 2);
          exchange.getResponseBody().flush();
          throw new IOException("broken off");
        });
    broken.start();
    try {
      startBehind(broken.getAddress().getPort());
      assertThat(succeeds(path)).isFalse();
    } finally {
      broken.stop(0);
    }
  }

  @Test
  void get_newTimestamp_isThereWithinSeconds() throws Exception {
    byte[] before = get("metadata/timestamp.json").body();
    repository.publish("backend", "1.2.0");
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> assertThat(get("metadata/timestamp.json").body()).isNotEqualTo(before));
  }

  @Test
  void get_missingFile_isNotFoundAndLeavesNothing() throws Exception {
    assertThat(get("metadata/99.root.json").statusCode()).isEqualTo(404);
    assertThat(get("targets/nothing.tar.gz").statusCode()).isEqualTo(404);
    await().atMost(LONG).untilAsserted(() -> assertThat(kept("")).isEmpty());
  }

  @Test
  void get_otherPathsMethodsAndQueries_areRefusedWithoutARequestToTheRepository() throws Exception {
    for (String other : List.of("", "etc/passwd", "targets/%2e%2e/x", path + "?a=b")) {
      assertThat(get(other).statusCode()).as(other).isEqualTo(404);
    }
    HttpRequest post =
        HttpRequest.newBuilder(cache.url().resolve(path))
            .POST(HttpRequest.BodyPublishers.ofString("x"))
            .build();
    assertThat(http.send(post, HttpResponse.BodyHandlers.discarding()).statusCode()).isEqualTo(405);
    assertThat(repository.accesses()).isEmpty();
  }

  @Test
  @Tag("R69")
  void get_ranges_areServedFromTheCacheAndThroughIt() throws Exception {
    for (int i = 0; i < 2; i++) {
      HttpResponse<byte[]> part = range(path, "bytes=100-");
      assertThat(part.statusCode()).isEqualTo(206);
      assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(content, 100, content.length));
      assertThat(part.headers().firstValue("Content-Range"))
          .contains("bytes 100-" + (content.length - 1) + "/" + content.length);
      assertThat(range(path, "bytes=5-9").body())
          .isEqualTo(java.util.Arrays.copyOfRange(content, 5, 10));
      assertThat(range(path, "bytes=" + content.length + "-").statusCode()).isEqualTo(416);
      await().atMost(LONG).until(() -> kept("t-").size() == 1);
    }
  }

  @Test
  void get_manyAtOnceWhileItComes_isFetchedOnce() throws Exception {
    BodyGate gate = repository.faults().on(".tar.gz").hold(content.length / 2);
    List<CompletableFuture<HttpResponse<byte[]>>> all =
        Stream.generate(() -> ask(path)).limit(10).toList();
    gate.awaitReached(LONG);
    gate.open();
    for (CompletableFuture<HttpResponse<byte[]>> one : all) {
      assertThat(one.get().body()).isEqualTo(content);
    }
    assertThat(repository.accesses(".tar.gz")).hasSize(1);
  }

  @Test
  @Tag("R78")
  void get_repositoryGivesAWrongContent_itIsNeverKept() throws Exception {
    repository.faults().on(".tar.gz").once().corrupt(content.length / 2);
    assertThat(succeeds(path)).isFalse();
    assertThat(kept("t-")).isEmpty();
    assertThat(get(path).body()).isEqualTo(content);
  }

  @Test
  @Tag("R69")
  void get_connectionBreaksAndHubStartsAgain_goesOnFromThePart() throws Exception {
    repository.faults().on(".tar.gz").once().truncate(content.length / 2);
    assertThat(succeeds(path)).isFalse();
    assertThat(kept("t-")).singleElement().asString().endsWith(".part");
    long half = Files.size(kept("t-").get(0));
    cache.close();
    start(100);
    long sent = repository.bytesSent();
    assertThat(get(path).body()).isEqualTo(content);
    assertThat(half).isPositive();
    assertThat(repository.bytesSent() - sent).isEqualTo(content.length - half);
  }

  @Test
  void get_moreThanTheCacheMayHold_oldestGoesFirstAndTooLargePassesThrough() throws Exception {
    cache.close();
    start(1);
    String[] paths = {large("a", 700_000), large("b", 700_000), large("c", 3_000_000)};
    for (String one : paths) {
      assertThat(succeeds(one)).isTrue();
      await()
          .atMost(LONG)
          .until(() -> kept("t-").stream().noneMatch(f -> f.toString().endsWith(".part")));
    }
    assertThat(kept("t-")).singleElement().asString().contains(hash(paths[1]));
  }

  @Test
  void get_largeTarget_streamsInBoundedMemory() throws Exception {
    cache.close();
    start(1000);
    long size = 96L << 20;
    String huge = large("huge", size);
    long before = used();
    long most = 0;
    long read = 0;
    try (InputStream body =
        http.send(
                HttpRequest.newBuilder(cache.url().resolve(huge)).build(),
                HttpResponse.BodyHandlers.ofInputStream())
            .body()) {
      byte[] chunk = new byte[1 << 20];
      for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
        read += n;
        if (read % (16L << 20) < n) {
          most = Math.max(most, used() - before);
        }
      }
    }
    assertThat(read).isEqualTo(size);
    assertThat(most).as("heap that stays in use").isLessThan(32L << 20);
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** A file of zeros in the repository's folder under the name of its hash. */
  private String large(String name, long size) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Path file = folder.resolve(name);
    byte[] chunk = new byte[1 << 20];
    java.util.Arrays.fill(chunk, (byte) name.hashCode());
    try (var out = Files.newOutputStream(file)) {
      for (long left = size; left > 0; left -= chunk.length) {
        int n = (int) Math.min(chunk.length, left);
        out.write(chunk, 0, n);
        digest.update(chunk, 0, n);
      }
    }
    String hashed = HexFormat.of().formatHex(digest.digest()) + "." + name;
    Files.move(file, repository.directory().targets().resolve(hashed));
    return "targets/" + hashed;
  }

  private static String hash(String path) {
    return path.substring("targets/".length(), "targets/".length() + 64);
  }

  private List<Path> kept(String prefix) throws Exception {
    try (Stream<Path> files = Files.list(folder.resolve("lan-cache"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .filter(file -> !prefix.isEmpty() || !file.getFileName().toString().startsWith("t-"))
          .toList();
    }
  }

  private boolean succeeds(String what) throws InterruptedException {
    try {
      return get(what).statusCode() == 200;
    } catch (IOException broken) {
      return false;
    }
  }

  private HttpResponse<byte[]> get(String what) throws IOException, InterruptedException {
    return get(URI.create(cache.url() + what));
  }

  private HttpResponse<byte[]> get(URI uri) throws IOException, InterruptedException {
    return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private CompletableFuture<HttpResponse<byte[]>> ask(String what) {
    return http.sendAsync(
        HttpRequest.newBuilder(cache.url().resolve(what)).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> range(String what, String range) throws Exception {
    return http.send(
        HttpRequest.newBuilder(cache.url().resolve(what)).header("Range", range).build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }
}
