package dev.lockstep.tuf.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command against the reference implementation's repository over real HTTP. */
@Timeout(60)
class TufClientTest {
  @TempDir Path folder;

  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private HttpServer server;
  private Path repository;
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");

  @BeforeEach
  void serve() throws IOException, URISyntaxException {
    repository =
        Path.of(getClass().getResource("/reference-repository/metadata").toURI()).getParent();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getRawPath();
          requests.add(path.substring(path.lastIndexOf('/') + 1));
          Path file = repository.resolve(path.substring(1));
          try (exchange) {
            if (Files.isRegularFile(file)) {
              byte[] bytes = Files.readAllBytes(file);
              exchange.sendResponseHeaders(200, bytes.length);
              exchange.getResponseBody().write(bytes);
            } else {
              exchange.sendResponseHeaders(404, -1);
            }
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private int run(String... arguments) {
    return new TufClient(
            Clock.fixed(now, ZoneOffset.UTC), new PrintStream(errors, true, StandardCharsets.UTF_8))
        .run(arguments);
  }

  private int init() {
    return run(
        "--metadata-dir",
        metadata(),
        "init",
        repository.resolve("metadata/1.root.json").toString());
  }

  private int refresh() {
    return run("--metadata-url", url("/metadata"), "--metadata-dir", metadata(), "refresh");
  }

  private int download(String... targets) {
    List<String> words =
        new ArrayList<>(List.of("--metadata-url", url("/metadata"), "--metadata-dir", metadata()));
    for (String target : targets) {
      words.addAll(List.of("--target-name", target));
    }
    words.addAll(
        List.of(
            "--target-dir",
            folder.resolve("targets").toString(),
            "--target-base-url",
            url("/targets"),
            "download"));
    return run(words.toArray(String[]::new));
  }

  private String metadata() {
    return folder.resolve("metadata").toString();
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private List<String> names(String sub) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(sub))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void init_root_makesNoRequest() throws IOException {
    assertThat(init()).isZero();

    assertThat(requests).isEmpty();
    assertThat(names("metadata")).containsExactly("root.json");
  }

  @Test
  void refresh_afterInit_leavesTrustedMetadata() throws IOException {
    init();

    assertThat(refresh()).isZero();

    assertThat(requests)
        .containsExactly(
            "2.root.json", "3.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json");
    assertThat(names("metadata"))
        .containsExactly("root.json", "snapshot.json", "targets.json", "timestamp.json");
  }

  @Test
  @Tag("R76")
  void download_severalTargets_areThereUnderTheirNames() throws IOException {
    init();

    assertThat(download("top.txt", "odd/file.txt", "top.txt")).isZero();
    assertThat(download("top.txt")).isZero();

    assertThat(names("targets")).containsExactly("odd%2Ffile.txt", "top.txt");
    assertThat(requests.stream().filter(name -> name.endsWith(".top.txt"))).hasSize(1);
  }

  @Test
  void download_unknownTarget_stopsThere() throws IOException {
    init();

    assertThat(download("top.txt", "missing", "odd/file.txt")).isEqualTo(1);

    assertThat(names("targets")).containsExactly("top.txt");
    assertThat(errors.toString(StandardCharsets.UTF_8)).contains("[TRUST_UNKNOWN_TARGET]");
  }

  @Test
  void refresh_invalidInitialRoot_makesNoRequest() throws IOException {
    Path root = Files.writeString(folder.resolve("bad.json"), "{}");

    assertThat(run("--metadata-dir", metadata(), "init", root.toString())).isEqualTo(1);
    assertThat(refresh()).isEqualTo(1);

    assertThat(requests).isEmpty();
  }

  @Test
  @Tag("R75")
  void refresh_expired_fails() {
    init();
    now = Instant.parse("2199-01-01T00:00:00Z");

    assertThat(refresh()).isEqualTo(1);

    assertThat(errors.toString(StandardCharsets.UTF_8)).contains("[TRUST_EXPIRED]");
  }

  @Test
  void refresh_clockPutBack_isBelieved() {
    init();
    now = Instant.parse("2030-01-01T00:00:00Z");
    assertThat(refresh()).isZero();
    now = Instant.parse("2020-01-01T00:00:00Z");

    assertThat(refresh()).isZero();
  }

  @Test
  void warmUp_wholeWorkflow_succeeds() {
    assertThatNoException().isThrownBy(() -> WarmUp.main(new String[0]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "refresh",
        "--metadata-dir",
        "--metadata-dir m",
        "--metadata-dir m refresh",
        "--metadata-dir m init",
        "--metadata-dir m init a b",
        "--nothing x refresh",
        "--metadata-dir m explode",
        "--metadata-dir m --metadata-url :// refresh",
        "--metadata-dir m --metadata-url http://h/?x refresh",
        "--metadata-dir m --metadata-url http://h/ --target-base-url http://h/#x refresh",
        "--metadata-dir m --metadata-url http://h download",
        "--metadata-dir m init /nowhere"
      })
  void run_badCommandLine_isOneFailure(String line) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(1);

    assertThat(errors.toString(StandardCharsets.UTF_8)).startsWith("tuf-client: ");
  }
}
