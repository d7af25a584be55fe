package dev.lockstep.sample;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The sample's backend: keeps messages in a file and tells its version and health over HTTP.
 *
 * <p>Environment: {@code PORT}, {@code DATA} (folder that outlives releases). Argument: the
 * release's folder.
 */
public final class SampleBackend {
  private final ReleaseFacts facts;
  private final Path messages;
  private final AtomicLong count;

  private SampleBackend(ReleaseFacts facts, Path messages) throws IOException {
    this.facts = facts;
    this.messages = messages;
    try (var lines = Files.lines(messages)) {
      this.count = new AtomicLong(lines.count());
    }
  }

  /** Runs until it is stopped. */
  public static void main(String[] arguments) throws IOException {
    ReleaseFacts facts = ReleaseFacts.of(Path.of(arguments[0]));
    Path data = Files.createDirectories(Path.of(System.getenv("DATA")));
    Path messages = data.resolve("messages.txt");
    if (!Files.exists(messages)) {
      Files.createFile(messages);
    }
    SampleBackend backend = new SampleBackend(facts, messages);
    Http http = new Http(Integer.parseInt(System.getenv("PORT")));
    http.on("/health", (method, body) -> backend.health());
    http.on("/api/version", (method, body) -> backend.version());
    http.on("/api/messages", backend::messages);
    http.start();
    System.out.println("backend " + facts.version() + " listens");
  }

  private Http.Answer health() {
    return facts.healthy()
        ? Http.Answer.ok("{\"status\":\"ok\"}")
        : new Http.Answer(503, "{\"status\":\"cannot open its store\"}");
  }

  private Http.Answer version() {
    return Http.Answer.ok(
        "{\"component\":\"backend\",\"version\":\"%s\",\"api\":\"%s\",\"messages\":%d,\"pid\":%d}"
            .formatted(facts.version(), facts.api(), count.get(), ProcessHandle.current().pid()));
  }

  private synchronized Http.Answer messages(String method, String body) throws IOException {
    if (method.equals("GET")) {
      return Http.Answer.ok("{\"messages\":" + count.get() + "}");
    }
    String line = body.lines().findFirst().orElse("") + "\n";
    try (FileChannel file = FileChannel.open(messages, StandardOpenOption.APPEND)) {
      file.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
      file.force(false);
    }
    return Http.Answer.ok("{\"messages\":" + count.incrementAndGet() + "}");
  }
}
