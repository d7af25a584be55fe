package dev.lockstep.tuf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.tuf.command.TufClient;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.TargetDescription;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A target of 200 MB over real HTTP, in a process of its own whose heap has 64 MB. */
@Timeout(120)
class LargeTargetTest extends HttpServerFixture {
  private static final int MEGABYTES = 200;
  private static final String PATH = "dir/large";

  @TempDir Path folder;

  private final RepositorySimulator repository = new RepositorySimulator();
  private final byte[] megabyte = new byte[1 << 20];
  private int served = MEGABYTES;

  @BeforeEach
  void publish() throws IOException {
    MessageDigest digest = Hashes.digest("sha256");
    for (int i = 0; i < MEGABYTES; i++) {
      digest.update(numbered(i));
    }
    String hash = HexFormat.of().formatHex(digest.digest());
    repository
        .targets
        .get("targets")
        .put(
            PATH,
            TargetDescription.of((long) MEGABYTES << 20, Map.of("sha256", hash), JsonObject.EMPTY));
    repository.publish("targets");
    serve(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath().substring(1);
          if (path.equals("targets/dir/" + hash + ".large")) {
            exchange.sendResponseHeaders(200, (long) served << 20);
            OutputStream out = exchange.getResponseBody();
            for (int i = 0; i < served; i++) {
              out.write(numbered(i));
            }
          } else {
            byte[] bytes = repository.files.get(path);
            answer(exchange, bytes == null ? 404 : 200, bytes == null ? new byte[0] : bytes);
          }
        });
  }

  /** Each megabyte differs from the others. */
  private byte[] numbered(int number) {
    byte[] bytes = megabyte.clone();
    bytes[number] = 1;
    return bytes;
  }

  private int client(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                TufClient.class.getName(),
                "--metadata-dir",
                folder.resolve("metadata").toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectOutput(log()).redirectErrorStream(true).start();
    try {
      assertThat(process.waitFor(100, TimeUnit.SECONDS)).as("the client ends").isTrue();
    } finally {
      process.destroyForcibly();
    }
    return process.exitValue();
  }

  private File log() {
    return folder.resolve("output").toFile();
  }

  private int download() throws IOException, InterruptedException {
    return client(
        "--metadata-url",
        at("/metadata").toString(),
        "--target-name",
        PATH,
        "--target-dir",
        folder.resolve("targets").toString(),
        "--target-base-url",
        at("/targets").toString(),
        "download");
  }

  @Test
  @Tag("R76")
  void download_twoHundredMegabytesWithinAHeapOf64_isWhole() throws Exception {
    Path root =
        Files.write(folder.resolve("1.root.json"), repository.files.get("metadata/1.root.json"));
    assertThat(client("init", root.toString())).isZero();

    assertThat(download()).as(Files.readString(folder.resolve("output"))).isZero();

    assertThat(folder.resolve("targets/dir%2Flarge")).hasSize((long) MEGABYTES << 20);
    int before = hits.get();
    assertThat(download()).isZero();
    assertThat(hits.get() - before).as("only the root probe and the timestamp").isEqualTo(2);
  }

  @Test
  @Tag("R69")
  @Tag("R71")
  void download_serverThatEndsEarly_leavesNothing() throws Exception {
    Path root =
        Files.write(folder.resolve("1.root.json"), repository.files.get("metadata/1.root.json"));
    client("init", root.toString());
    served = 3;

    assertThat(download()).isEqualTo(1);

    assertThat(folder.resolve("targets")).isEmptyDirectory();
    assertThat(Files.readString(folder.resolve("output"), StandardCharsets.UTF_8))
        .startsWith("tuf-client: cannot trust the target " + PATH)
        .contains("[TRUST_LENGTH_OR_HASH]");
  }
}
