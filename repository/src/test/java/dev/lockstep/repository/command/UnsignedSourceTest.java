package dev.lockstep.repository.command;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.sun.net.httpserver.HttpServer;
import dev.lockstep.repository.RepositoryCommand;
import dev.lockstep.repository.Trees;
import dev.lockstep.repository.UnsignedSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** {@code publish --url}: an archive from a place that signs nothing. */
@Tag("R77")
class UnsignedSourceTest {
  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(UnsignedSource.class);
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;
  private byte[] archive;
  private String sha256;

  @BeforeEach
  void serveAnArchive() throws Exception {
    log.start();
    logger.setLevel(Level.WARN);
    logger.addAppender(log);
    Trees.small(folder.resolve("tree"), "text");
    Path file = folder.resolve("app-1.0.0.tar.gz");
    Process tar =
        new ProcessBuilder("tar", "-C", folder.resolve("tree").toString(), "-czf", "" + file, ".")
            .start();
    assertThat(tar.waitFor()).isZero();
    archive = Files.readAllBytes(file);
    sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/releases/app-1.0.0.tar.gz",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(200, archive.length);
          exchange.getResponseBody().write(archive);
          exchange.close();
        });
    server.createContext(
        "/moved/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", address("/releases/app-1.0.0.tar.gz"));
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
    assertThat(run("init", "--yes")).as(err.toString()).isZero();
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
    server.stop(0);
  }

  private int run(String... arguments) {
    CommandLine line = RepositoryCommand.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--repository", folder.resolve("repository").toString()));
    if (!arguments[0].equals("verify")) {
      all.addAll(List.of("--keys", folder.resolve("keys").toString()));
    }
    return line.execute(all.toArray(String[]::new));
  }

  private int publish(String hash) {
    return publish(address("/releases/app-1.0.0.tar.gz"), hash, "--allow-plain-http");
  }

  private int publish(String url, String hash, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "publish",
                "--component",
                "backend",
                "--version",
                "1.0.0",
                "--url",
                url,
                "--sha256",
                hash));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private String address(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private void allow() throws IOException {
    Path settings = folder.resolve("repository/repository.json");
    String text = Files.readString(settings);
    assertThat(text).contains("\"allow_unsigned_sources\" : false");
    Files.writeString(
        settings,
        text.replace("\"allow_unsigned_sources\" : false", "\"allow_unsigned_sources\" : true"));
  }

  private List<String> warnings() {
    return log.list.stream()
        .filter(event -> event.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private List<Path> targets() throws IOException {
    Path targets = folder.resolve("repository/targets");
    if (Files.notExists(targets)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(targets)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void publish_notAllowedBySetting_isRefusedAndNamesTheSetting() throws IOException {
    assertThat(publish(sha256)).isNotZero();
    assertThat(err.toString()).contains("allow_unsigned_sources").contains("repository.json");
    assertThat(targets()).isEmpty();
    assertThat(warnings()).isEmpty();
  }

  @Test
  void publish_allowed_isSignedAndEachUseIsAWarning() throws IOException {
    allow();
    assertThat(publish(sha256)).as(err.toString()).isZero();
    assertThat(targets()).anyMatch(file -> file.toString().endsWith(".tar.gz"));
    assertThat(warnings()).singleElement().asString().contains("without signatures", sha256);
    out.getBuffer().setLength(0);
    // Warnings: it has as few keys as a repository can have.
    assertThat(run("verify")).as(out.toString()).isEqualTo(4);
    assertThat(out.toString().lines()).allMatch(line -> line.startsWith("warning "));
  }

  @Test
  void publish_otherHash_isRefusedAndNothingChanges() throws IOException {
    allow();
    assertThat(publish("0".repeat(64))).isNotZero();
    assertThat(err.toString()).contains("its SHA-256 is " + sha256);
    assertThat(targets()).isEmpty();
  }

  @Test
  void publish_noHash_isAUsageError() throws IOException {
    allow();
    int exit =
        run(
            "publish",
            "--component",
            "backend",
            "--version",
            "1.0.0",
            "--url",
            "https://example.org/app.tar.gz");
    assertThat(exit).isEqualTo(2);
    assertThat(err.toString()).contains("--sha256");
    assertThat(publish("abc")).isNotZero();
    assertThat(targets()).isEmpty();
  }

  @Test
  @Tag("R63")
  void publish_plainHttp_isRefusedWithoutARequestAndNamesTheOption() throws IOException {
    allow();
    assertThat(publish(address("/releases/app-1.0.0.tar.gz"), sha256)).isNotZero();
    assertThat(err.toString()).contains("plain http is refused").contains("--allow-plain-http");
    assertThat(requests).hasValue(0);
    assertThat(targets()).isEmpty();
  }

  @Test
  @Tag("R66")
  void publish_redirect_isFollowedToNamedHostsOnly() throws IOException {
    allow();
    String moved = address("/moved/app-1.0.0.tar.gz");
    assertThat(publish(moved, sha256, "--allow-plain-http")).isNotZero();
    assertThat(err.toString()).contains("a redirect to the host 127.0.0.1 is refused");
    assertThat(requests).as("of the archive").hasValue(0);
    assertThat(targets()).isEmpty();

    int exit = publish(moved, sha256, "--allow-plain-http", "--redirect-host", "127.0.0.1");
    assertThat(exit).as(err.toString()).isZero();
  }

  @Test
  void publish_addressWithSecrets_showsNeitherQueryNorUser() throws IOException {
    allow();
    String address =
        address("/releases/app-1.0.0.tar.gz?token=hidden").replace("http://", "http://me:hidden@");
    assertThat(publish(address, "0".repeat(64), "--allow-plain-http")).isNotZero();
    assertThat(publish(address, sha256, "--allow-plain-http")).as(err.toString()).isZero();
    assertThat(warnings()).hasSize(2);
    assertThat(warnings() + out.toString() + err).doesNotContain("hidden");
    try (Stream<Path> metadata = Files.list(folder.resolve("repository/metadata"))) {
      assertThat(metadata).allSatisfy(one -> assertThat(one).content().doesNotContain("hidden"));
    }
  }

  @Test
  void publish_bytesAfterTheSignedOnes_areRefusedToo() throws IOException {
    allow();
    archive = Arrays.copyOf(archive, archive.length + 1);
    assertThat(publish(sha256)).isNotZero();
    assertThat(targets()).isEmpty();
  }
}
