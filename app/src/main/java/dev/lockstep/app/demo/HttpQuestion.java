package dev.lockstep.app.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks a process of the demo over HTTP, within a second. */
final class HttpQuestion {
  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private final HttpClient client = HttpClient.newBuilder().connectTimeout(DEADLINE).build();

  /** An answer. */
  record Answer(int status, byte[] body) {
    String text() {
      return new String(body, java.nio.charset.StandardCharsets.UTF_8);
    }

    /** First group of the pattern in the body. */
    Optional<String> find(Pattern pattern) {
      Matcher found = pattern.matcher(text());
      return found.find() ? Optional.of(found.group(1)) : Optional.empty();
    }
  }

  /** The answer, or nothing where the process does not answer: it may be restarting. */
  Optional<Answer> get(DemoDevice device, String path) {
    return send(HttpRequest.newBuilder(uri(device, path)).timeout(DEADLINE).build());
  }

  /** Posts a line of text. */
  Optional<Answer> post(DemoDevice device, String path, String body) {
    return send(
        HttpRequest.newBuilder(uri(device, path))
            .timeout(DEADLINE)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  static URI uri(DemoDevice device, String path) {
    return URI.create("http://127.0.0.1:" + device.port() + path);
  }

  private Optional<Answer> send(HttpRequest request) {
    try {
      HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      return Optional.of(new Answer(response.statusCode(), response.body()));
    } catch (IOException noAnswer) {
      return Optional.empty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
