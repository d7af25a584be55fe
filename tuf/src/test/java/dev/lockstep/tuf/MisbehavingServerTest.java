package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.lockstep.tuf.metadata.Ed25519Signer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each attack of specification section 1.5.2 once, by a real server that misbehaves in that way,
 * against the client as it is used: HTTP on one side, a folder on the other. {@link AttackTest} and
 * {@link ReplayAttackTest} have the variants.
 */
@Timeout(60)
class MisbehavingServerTest extends HttpServerFixture {
  private static final String APP = "app";
  private static final int TRICKLE_MILLIS = 200;

  @TempDir private Path folder;
  private final RepositorySimulator repository = new RepositorySimulator();

  /** In place of the file of that path. */
  private final Map<String, HttpHandler> misbehaviour = new ConcurrentHashMap<>();

  private DirectoryMetadataStore store;
  private Updater updater;
  private Path destination;

  @BeforeEach
  void refreshOnce() {
    repository.addTarget("targets", APP, "content");
    repository.publish("targets");
    serve("/", exchange -> answer(exchange, repository, misbehaviour));
    store = new DirectoryMetadataStore(folder.resolve("metadata"));
    store.initializeRoot(repository.files.get("metadata/1.root.json"));
    updater = updater(PLAIN, at("/"));
    updater.refresh();
    destination = folder.resolve("content/app");
  }

  private static void answer(
      HttpExchange exchange, RepositorySimulator from, Map<String, HttpHandler> misbehaviour)
      throws IOException {
    String path = exchange.getRequestURI().getRawPath().substring(1);
    byte[] file = from.files.get(path);
    if (misbehaviour.containsKey(path)) {
      misbehaviour.get(path).handle(exchange);
    } else if (file == null) {
      answer(exchange, 404, new byte[0]);
    } else {
      answer(exchange, 200, file);
    }
  }

  private Updater updater(HttpSettings http, URI... servers) {
    List<URI> metadata = Stream.of(servers).map(server -> server.resolve("metadata/")).toList();
    List<URI> content = Stream.of(servers).map(server -> server.resolve("targets/")).toList();
    HttpFetcher fetcher = fetcher(http.withRetries(0, Duration.ZERO));
    return new Updater(UpdaterSettings.of(metadata, content), fetcher, store, clock, sleeps::add);
  }

  /** What the client trusts, byte by byte, and what it has fetched. */
  private Map<String, String> kept() throws IOException {
    Map<String, String> kept = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (file.toString().endsWith(".json") || file.startsWith(destination.getParent())) {
          kept.put(folder.relativize(file).toString(), Files.readString(file));
        }
      }
    }
    return kept;
  }

  private void refused(String code, ThrowingCallable call) throws IOException {
    Map<String, String> before = kept();
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(TufException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageMatching("cannot .+: .+");
    assertThat(kept()).as("what is trusted after the attack").isEqualTo(before);
  }

  private String contentPath() {
    return updater.locate(updater.getTarget(APP)).getPath().substring(1);
  }

  private void download() {
    updater.download(updater.getTarget(APP), destination);
  }

  @Test
  @Tag("R74")
  void arbitrarySoftware_isRefused() throws IOException {
    RepositorySimulator attacker = new RepositorySimulator();
    attacker.addTarget("targets", APP, "evil");
    attacker.publish("targets");
    attacker.publish("targets");
    repository.files.putAll(attacker.files);
    repository.files.remove("metadata/2.root.json");

    refused("TRUST_SIGNATURE", updater::refresh);
  }

  @Test
  @Tag("R76")
  void endlessData_isCutOff() throws Exception {
    Semaphore cutOff = new Semaphore(0);
    HttpHandler endless =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] chunk = new byte[1 << 16];
          try (OutputStream body = exchange.getResponseBody()) {
            for (long sent = 0; sent < 1L << 30; sent += chunk.length) {
              body.write(chunk);
            }
          } catch (IOException hungUp) {
            cutOff.release();
          }
        };
    misbehaviour.put(contentPath(), endless);
    refused("TRUST_LENGTH_OR_HASH", this::download);

    misbehaviour.put("metadata/timestamp.json", endless);
    refused("TRUST_LIMIT", updater::refresh);
    assertThat(cutOff.tryAcquire(2, 10, TimeUnit.SECONDS)).as("the client hung up").isTrue();
  }

  @Test
  void extraneousDependencies_areNotFound() throws IOException {
    RepositorySimulator attacker = new RepositorySimulator();
    attacker.addTarget("targets", "dependency", "evil");
    attacker.publish("targets");
    repository.files.put("metadata/3.targets.json", attacker.files.get("metadata/2.targets.json"));

    updater.refresh();

    refused("TRUST_UNKNOWN_TARGET", () -> updater.getTarget("dependency"));
  }

  @Test
  @Tag("R152")
  void fastForward_isRecoveredFromByNewKeys() {
    repository.versions.put("timestamp", 99_999L);
    repository.versions.put("snapshot", 99_999L);
    repository.publish("targets");
    updater.refresh();
    repository.rotate("timestamp");
    repository.rotate("snapshot");
    repository.publishRoot();
    repository.versions.put("timestamp", 5L);
    repository.versions.put("snapshot", 5L);
    repository.publish("targets");

    updater.refresh();

    assertThat(folder.resolve("metadata/timestamp.json")).content().contains("\"version\":6");
    download();
    assertThat(destination).hasContent("content");
  }

  @Test
  @Tag("R75")
  void indefiniteFreeze_endsWithTheExpiry() throws IOException {
    updater.refresh();
    clock.advance(Duration.ofDays(30));

    refused("TRUST_EXPIRED", updater::refresh);
    refused("TRUST_EXPIRED", updater(PLAIN, at("/"))::refresh);
    assertThatThrownBy(this::download)
        .as("until a refresh succeeds")
        .isInstanceOf(IllegalStateException.class);
    assertThat(destination).doesNotExist();
  }

  @Test
  void maliciousMirror_isLeftForAnother() {
    serve("/evil/", exchange -> answer(exchange, 200, new byte[] {'{', '}'}));
    updater = updater(PLAIN, at("/evil/"), at("/"));
    repository.publish("targets");

    updater.refresh();
    download();

    assertThat(folder.resolve("metadata/targets.json")).content().contains("\"version\":3");
    assertThat(destination).hasContent("content");
  }

  @Test
  @Tag("R75")
  void mixAndMatch_isRefused() throws IOException {
    byte[] older = repository.files.get("metadata/2.snapshot.json");
    repository.publish("targets");
    repository.files.put("metadata/3.snapshot.json", older);

    assertThatThrownBy(updater::refresh)
        .isInstanceOf(MixAndMatchException.class)
        .hasMessageContaining("snapshot");
    assertThat(folder.resolve("metadata/targets.json")).content().contains("\"version\":2");
  }

  @Test
  @Tag("R75")
  @Tag("R152")
  void rollback_isRefused() throws IOException {
    byte[] older = repository.files.get("metadata/timestamp.json");
    repository.publish("targets");
    updater.refresh();
    repository.files.put("metadata/timestamp.json", older);

    refused("TRUST_ROLLBACK", updater::refresh);
    updater = updater(PLAIN, at("/"));
    refused("TRUST_ROLLBACK", updater::refresh);
  }

  @Test
  void slowRetrieval_isGivenUp() throws IOException {
    CountDownLatch hungUp = new CountDownLatch(1);
    misbehaviour.put(
        contentPath(),
        exchange -> {
          exchange.sendResponseHeaders(200, "content".length());
          try (OutputStream body = exchange.getResponseBody()) {
            for (byte one : "content".getBytes(StandardCharsets.UTF_8)) {
              body.write(one);
              body.flush();
              hungUp.await(TRICKLE_MILLIS, TimeUnit.MILLISECONDS);
            }
          } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
          }
        });
    updater = updater(IMPATIENT.withSlowest(1_000), at("/"));
    updater.refresh();

    refused("SOURCE_UNREACHABLE", this::download);
  }

  @Test
  @Tag("R74")
  void keyCompromise_oneKeyOfTwoOrOneThatWasRotatedAway_signsNothing() throws IOException {
    repository.signers.get("targets").add(Ed25519Signer.generate());
    repository.thresholds.put("targets", 2);
    repository.publishRoot();
    repository.publish("targets");
    updater.refresh();
    var both = new ArrayList<>(repository.signers.get("targets"));
    repository.signers.put("targets", new ArrayList<>(both.subList(0, 1)));
    repository.addTarget("targets", "evil", "evil");
    repository.publish("targets");
    assertThatThrownBy(updater::refresh).isInstanceOf(SignatureException.class);

    repository.rotate("targets");
    repository.thresholds.put("targets", 1);
    repository.publishRoot();
    repository.signers.put("targets", both);
    repository.publish("targets");
    assertThatThrownBy(updater::refresh).isInstanceOf(SignatureException.class);
    assertThat(folder.resolve("metadata/targets.json")).content().doesNotContain("evil");
  }

  @Test
  @Tag("R76")
  @Tag("R78")
  void wrongSoftware_isDeletedAndTheOldFileStays() throws IOException {
    download();
    repository.addTarget("targets", APP, "next release");
    repository.publish("targets");
    updater.refresh();
    misbehaviour.put(
        contentPath(),
        exchange -> answer(exchange, 200, "next malware".getBytes(StandardCharsets.UTF_8)));

    refused("TRUST_LENGTH_OR_HASH", this::download);
    assertThat(destination).hasContent("content");
  }
}
