package dev.lockstep.chat;

import dev.lockstep.component.Participation;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.sample.Http;
import dev.lockstep.sample.ReleaseFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The chat's backend: answers what is said, and remembers it only in memory.
 *
 * <p>Environment: {@code PORT}, and what {@link Participation#fromEnvironment} reads. Argument: the
 * release's folder.
 */
public final class ChatServer {
  private ChatServer() {}

  /** Runs until it is stopped. */
  public static void main(String[] arguments) throws IOException {
    ReleaseFacts facts = ReleaseFacts.of(Path.of(arguments[0]));
    Conversation conversation = new Conversation();
    Http http = new Http(Integer.parseInt(System.getenv("PORT")));
    http.on("/health", (method, body) -> health(facts));
    http.on("/api/version", (method, body) -> version(facts, conversation));
    http.on("/api/chat", (method, body) -> chat(conversation, method, body));
    Participation participation =
        Participation.fromEnvironment()
            .role(Role.BACKEND)
            .trouble(
                () -> facts.healthy() ? Optional.empty() : Optional.of("it cannot open its store"))
            .onDrain(request -> conversation.pause())
            .onRestored(conversation::goOn)
            .join();
    Runtime.getRuntime().addShutdownHook(new Thread(participation::close));
    http.start();
    System.out.println("chat " + facts.version() + " listens");
  }

  private static Http.Answer health(ReleaseFacts facts) {
    return facts.healthy()
        ? Http.Answer.ok("{\"status\":\"ok\"}")
        : new Http.Answer(503, "{\"status\":\"cannot open its store\"}");
  }

  private static Http.Answer version(ReleaseFacts facts, Conversation conversation) {
    return Http.Answer.ok(
        "{\"component\":\"chat\",\"version\":\"%s\",\"api\":\"%s\",\"said\":%d,\"pid\":%d}"
            .formatted(
                facts.version(), facts.api(), conversation.said(), ProcessHandle.current().pid()));
  }

  private static Http.Answer chat(Conversation conversation, String method, String body) {
    if (method.equals("GET")) {
      return Http.Answer.ok(conversation.text());
    }
    return conversation.say(body.lines().findFirst().orElse(""))
        ? Http.Answer.ok("line " + conversation.said())
        : new Http.Answer(503, "back in a moment");
  }
}
