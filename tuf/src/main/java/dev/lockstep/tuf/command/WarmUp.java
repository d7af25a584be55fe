package dev.lockstep.tuf.command;

import com.sun.net.httpserver.HttpServer;
import dev.lockstep.tuf.metadata.Ed25519Signer;
import dev.lockstep.tuf.metadata.Hashes;
import dev.lockstep.tuf.metadata.Header;
import dev.lockstep.tuf.metadata.JsonObject;
import dev.lockstep.tuf.metadata.MetaFile;
import dev.lockstep.tuf.metadata.Role;
import dev.lockstep.tuf.metadata.RoleKeys;
import dev.lockstep.tuf.metadata.RootRole;
import dev.lockstep.tuf.metadata.SignedMetadata;
import dev.lockstep.tuf.metadata.SnapshotRole;
import dev.lockstep.tuf.metadata.TargetDescription;
import dev.lockstep.tuf.metadata.TargetsRole;
import dev.lockstep.tuf.metadata.TimestampRole;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Does once everything that the command does, against a small repository of its own, so that the
 * launcher can keep the classes it needs in a class-data archive.
 */
public final class WarmUp {
  private static final String TARGET = "file";

  private final Clock clock = Clock.systemUTC();
  private final Ed25519Signer signer = Ed25519Signer.generate();
  private final Header header = Header.of(1, clock.instant().plus(Duration.ofDays(1)));
  private final Map<String, byte[]> files = new HashMap<>();

  private WarmUp() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createTempDirectory("tuf-client-warm-up");
    try {
      new WarmUp().run(folder);
    } finally {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void run(Path folder) throws IOException {
    publish();
    Path root = Files.write(folder.resolve("1.root.json"), files.get("/1.root.json"));
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes = files.get(exchange.getRequestURI().getPath());
          try (exchange) {
            exchange.sendResponseHeaders(bytes == null ? 404 : 200, bytes == null ? -1 : 0);
            if (bytes != null) {
              exchange.getResponseBody().write(bytes);
            }
          }
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      String metadata = folder.resolve("metadata").toString();
      String targets = folder.resolve("targets").toString();
      run("--metadata-dir", metadata, "init", root.toString());
      for (int i = 0; i < 2; i++) {
        run("--metadata-dir", metadata, "--metadata-url", url, "refresh");
        run(
            "--metadata-dir",
            metadata,
            "--metadata-url",
            url,
            "--target-base-url",
            url,
            "--target-dir",
            targets,
            "--target-name",
            TARGET,
            "download");
      }
    } finally {
      server.stop(0);
    }
  }

  private void run(String... arguments) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    if (new TufClient(clock, nowhere).run(arguments) != 0) {
      throw new IllegalStateException("cannot warm up: " + String.join(" ", arguments));
    }
  }

  private void publish() {
    byte[] content = TARGET.getBytes(StandardCharsets.UTF_8);
    String hash = Hashes.hex("sha256", content);
    files.put("/" + hash + "." + TARGET, content);
    RoleKeys keys = RoleKeys.of(List.of(signer.keyId()), 1);
    put(
        "1.root",
        RootRole.of(
            header,
            true,
            Map.of(signer.keyId(), signer.publicKey()),
            Map.of("root", keys, "timestamp", keys, "snapshot", keys, "targets", keys)));
    JsonObject custom = JsonObject.parse("{\"a\":[1]}");
    TargetDescription target = TargetDescription.of(content.length, Map.of("sha256", hash), custom);
    MetaFile targets = put("1.targets", TargetsRole.of(header, Map.of(TARGET, target)));
    MetaFile snapshot = put("1.snapshot", SnapshotRole.of(header, Map.of("targets.json", targets)));
    put("timestamp", TimestampRole.of(header, snapshot));
  }

  private MetaFile put(String name, Role role) {
    SignedMetadata<Role> signed = SignedMetadata.sign(role, List.of(signer));
    files.put("/" + name + ".json", signed.bytes());
    return MetaFile.describing(signed);
  }
}
