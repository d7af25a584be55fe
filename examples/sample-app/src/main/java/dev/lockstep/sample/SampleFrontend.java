package dev.lockstep.sample;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sample's frontend: holds a conversation with the backend, and lets Lockstep's frontend agent
 * ask it to get ready for a restart.
 *
 * <p>Environment: {@code PORT}, {@code BACKEND} (its URL), {@code NAME}. Argument: the release's
 * folder. The hooks under {@code /lockstep/} are those of docs/integrate.md.
 */
public final class SampleFrontend {
  private static final Pattern VERSION = Pattern.compile("\"version\":\"([^\"]*)\"");
  private final ReleaseFacts facts;
  private final String name;
  private final URI backend;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final ScheduledExecutorService talk = Executors.newSingleThreadScheduledExecutor();

  private volatile String backendVersion = "";
  private volatile boolean drained;
  private volatile long said;
  private volatile String notice = "";
  private volatile String store = "";

  private SampleFrontend(ReleaseFacts facts, String name, URI backend) {
    this.facts = facts;
    this.name = name;
    this.backend = backend;
  }

  /** Runs until it is stopped. */
  public static void main(String[] arguments) throws IOException {
    ReleaseFacts facts = ReleaseFacts.of(Path.of(arguments[0]));
    SampleFrontend frontend =
        new SampleFrontend(
            facts, System.getenv("NAME"), URI.create(System.getenv("BACKEND") + "/"));
    Http http = new Http(Integer.parseInt(System.getenv("PORT")));
    http.on("/health", (method, body) -> Http.Answer.ok("{\"status\":\"ok\"}"));
    http.on("/status", (method, body) -> frontend.status());
    http.on("/lockstep/prepare", (method, body) -> Http.Answer.ok(""));
    http.on("/lockstep/drain", (method, body) -> frontend.drain());
    http.on("/lockstep/restored", (method, body) -> frontend.restored(body));
    http.on("/lockstep/notice", (method, body) -> frontend.notice(body));
    http.on("/lockstep/store", (method, body) -> frontend.store(body));
    http.start();
    frontend.talk.scheduleWithFixedDelay(frontend::talk, 0, 300, TimeUnit.MILLISECONDS);
    System.out.println("frontend " + facts.version() + " listens");
  }

  private Http.Answer status() {
    return Http.Answer.ok(
        ("{\"component\":\"kiosk-ui\",\"version\":\"%s\",\"backend\":\"%s\",\"said\":%d,"
                + "\"drained\":%s,\"notice\":%s,\"store\":%s,\"pid\":%d}")
            .formatted(
                facts.version(),
                backendVersion,
                said,
                drained,
                notice.isEmpty() ? "null" : notice,
                store.isEmpty() ? "null" : store,
                ProcessHandle.current().pid()));
  }

  /** Stops talking; the number of messages said is what the next start goes on from. */
  private Http.Answer drain() {
    drained = true;
    return Http.Answer.ok(Long.toString(said));
  }

  private Http.Answer restored(String token) {
    if (!token.matches("\\d{1,18}")) {
      return new Http.Answer(400, "{\"error\":\"not a token of mine\"}");
    }
    said = Math.max(said, Long.parseLong(token));
    drained = false;
    return Http.Answer.ok("");
  }

  private Http.Answer notice(String body) {
    notice = body.startsWith("{") ? body : "";
    return Http.Answer.ok("");
  }

  private Http.Answer store(String body) {
    store = body.startsWith("{") ? body : "";
    return Http.Answer.ok("");
  }

  private void talk() {
    if (drained) {
      return;
    }
    try {
      String version = send(request("api/version").GET().build());
      Matcher found = VERSION.matcher(version);
      backendVersion = found.find() ? found.group(1) : "";
      String line = name + " " + (said + 1);
      send(request("api/messages").POST(HttpRequest.BodyPublishers.ofString(line)).build());
      said++;
    } catch (IOException backendAway) {
      // It restarts, or is not there yet: the next round tries again.
      backendVersion = "";
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(backend.resolve(path)).timeout(Duration.ofSeconds(1));
  }

  private String send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("backend answered " + answer.statusCode());
    }
    return answer.body();
  }
}
