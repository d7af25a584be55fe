package dev.lockstep.atomicupdates.staging;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.atomicupdates.lancache.LanCache;
import dev.lockstep.config.SourceSettings;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A device without internet stages what it gets through the hub, and verifies it by itself. */
@Tag("R107")
@Tag("R152")
class ThroughHubTest {
  @TempDir Path folder;
  private StagerBench bench;
  private LanCache cache;
  private HttpServer liar;

  @BeforeEach
  void open() {
    bench = new StagerBench(folder);
    bench.maxRetries = 0;
    bench.repository.publish("backend", "1.1.0");
    cache =
        LanCache.start(
            InetSocketAddress.createUnresolved("127.0.0.1", 0),
            folder.resolve("hub/lan-cache"),
            100,
            new SourceSettings(
                bench.repository.metadataUrl(),
                bench.repository.contentUrl(),
                bench.repository.rootFile(),
                true,
                Optional.empty(),
                SourceSettings.Via.DIRECT),
            new HttpFetcher(HttpSettings.defaults().withPlainHttp(true), Clock.systemUTC()),
            Clock.systemUTC());
  }

  @AfterEach
  void close() {
    if (liar != null) {
      liar.stop(0);
    }
    cache.close();
    bench.close();
  }

  private void via(SourceSettings.Via via, URI hub) {
    bench.via = via;
    bench.hubUrl = Optional.of(hub);
  }

  @Test
  void stage_throughTheHubOnly_isVerifiedAndStaged() throws IOException {
    via(SourceSettings.Via.HUB, cache.url());
    bench.stage("1.1.0");
    bench.assertStaged("1.1.0");
    assertThat(bench.repository.accesses(".tar.gz")).hasSize(1);
  }

  @Test
  void stage_hubIsGone_comesFromTheRepositoryWhereThatIsAllowed() throws IOException {
    cache.close();
    via(SourceSettings.Via.HUB, cache.url());
    bench.stageFails("1.1.0", ErrorCode.ERROR_CODE_SOURCE_UNREACHABLE);
    via(SourceSettings.Via.HUB_THEN_DIRECT, cache.url());
    bench.stage("1.1.0");
    bench.assertStaged("1.1.0");
  }

  @Test
  void stage_repositoryCannotBeReached_comesThroughTheHub() throws IOException {
    bench.repository.faults().on("targets/").once().status(503);
    via(SourceSettings.Via.DIRECT_THEN_HUB, cache.url());
    bench.stage("1.1.0");
    bench.assertStaged("1.1.0");
  }

  @ParameterizedTest
  @CsvSource({
    ".tar.gz, ERROR_CODE_TRUST_LENGTH_OR_HASH",
    ".manifest.json, ERROR_CODE_TRUST_LENGTH_OR_HASH",
    "stable.json, ERROR_CODE_TRUST_LENGTH_OR_HASH",
    "snapshot.json, ERROR_CODE_TRUST_LENGTH_OR_HASH",
    "timestamp.json, ERROR_CODE_TRUST_SIGNATURE"
  })
  @Tag("R74")
  void stage_hubForgesWhatItServes_isRefusedByTheDevice(String forged, ErrorCode code)
      throws IOException {
    via(SourceSettings.Via.HUB, lie(forged));
    bench.stageFails("1.1.0", code);
    assertThat(bench.slot("1.1.0")).doesNotExist();
  }

  /** A hub that serves the repository's folder, but changes a digit or letter of one file. */
  private URI lie(String forged) throws IOException {
    liar = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    liar.createContext(
        "/",
        exchange -> {
          try (exchange) {
            String path = exchange.getRequestURI().getPath().substring(1);
            Path file = bench.repository.directory().folder().resolve(path);
            if (!Files.isRegularFile(file)) {
              exchange.sendResponseHeaders(404, -1);
              return;
            }
            byte[] bytes = Files.readAllBytes(file);
            if (path.endsWith(forged)) {
              change(bytes);
            }
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
          }
        });
    liar.start();
    return URI.create("http://127.0.0.1:" + liar.getAddress().getPort() + "/");
  }

  /** Within a signature or the content, so that it still reads as JSON. */
  private static void change(byte[] bytes) {
    String text = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    int signature = text.indexOf("\"sig\"");
    int at = signature < 0 ? bytes.length / 2 : signature + 10;
    while (signature >= 0 && !Character.isDigit(bytes[at])) {
      at++;
    }
    bytes[at] = (byte) (bytes[at] == '1' ? '2' : '1');
  }
}
