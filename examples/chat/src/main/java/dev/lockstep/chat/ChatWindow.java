package dev.lockstep.chat;

import dev.lockstep.component.Participation;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.sample.Http;
import dev.lockstep.sample.ReleaseFacts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A window of the chat: says something every moment, keeps what it said in memory, and goes on
 * after its own restart and the server's.
 *
 * <p>Environment: {@code PORT}, {@code SERVER} (its URL), {@code NAME}, and what {@link
 * Participation#fromEnvironment} reads. Argument: the release's folder.
 */
public final class ChatWindow {
  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final Pattern VERSION = Pattern.compile("\"version\":\"([^\"]*)\"");

  private final String name = System.getenv("NAME");
  private final URI server = URI.create(System.getenv("SERVER") + "/");
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(DEADLINE).build();
  private final Conversation conversation = new Conversation();
  private volatile String serverVersion = "";

  private ChatWindow() {}

  /** Runs until it is stopped. */
  public static void main(String[] arguments) throws IOException {
    ReleaseFacts facts = ReleaseFacts.of(Path.of(arguments[0]));
    ChatWindow window = new ChatWindow();
    Http http = new Http(Integer.parseInt(System.getenv("PORT")));
    http.on("/health", (method, body) -> Http.Answer.ok("{\"status\":\"ok\"}"));
    http.on("/status", (method, body) -> window.status(facts));
    http.on("/said", (method, body) -> Http.Answer.ok(window.conversation.text()));
    Participation participation =
        Participation.fromEnvironment()
            .role(Role.FRONTEND)
            .onDrain(request -> window.conversation.pause())
            .onRestored(window.conversation::goOn)
            .onNotice(
                notice -> notice.ifPresent(n -> System.out.println("restart at " + n.plannedAt())))
            .join();
    Runtime.getRuntime().addShutdownHook(new Thread(participation::close));
    http.start();
    Executors.newSingleThreadScheduledExecutor()
        .scheduleWithFixedDelay(window::talk, 0, 300, TimeUnit.MILLISECONDS);
    System.out.println("chat window " + facts.version() + " listens");
  }

  private Http.Answer status(ReleaseFacts facts) {
    return Http.Answer.ok(
        "{\"component\":\"chat-window\",\"version\":\"%s\",\"backend\":\"%s\",\"said\":%d,\"drained\":%s}"
            .formatted(
                facts.version(), serverVersion, conversation.said(), conversation.isPaused()));
  }

  private void talk() {
    if (conversation.isPaused()) {
      return;
    }
    try {
      Matcher version = VERSION.matcher(send(request("api/version").GET()));
      serverVersion = version.find() ? version.group(1) : "";
      String line = name + " " + (conversation.said() + 1);
      send(request("api/chat").POST(HttpRequest.BodyPublishers.ofString(line)));
      conversation.say(line);
    } catch (IOException serverAway) {
      // It restarts: the next round tries again.
      serverVersion = "";
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.resolve(path)).timeout(DEADLINE);
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException("the server answered " + answer.statusCode());
    }
    return answer.body();
  }
}
