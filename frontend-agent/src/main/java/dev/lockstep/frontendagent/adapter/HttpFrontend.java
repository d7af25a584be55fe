package dev.lockstep.frontendagent.adapter;

import dev.lockstep.frontendagent.domain.Notice;
import dev.lockstep.frontendagent.port.Frontend;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A frontend that offers hooks over HTTP beside its health URL: {@code POST /lockstep/prepare},
 * {@code drain}, {@code restored}, {@code notice} (docs/integrate.md). A hook that does not exist
 * (404), or a frontend that does not answer, is no objection.
 */
public final class HttpFrontend implements Frontend {
  private static final Logger LOG = LoggerFactory.getLogger(HttpFrontend.class);
  private static final int MAX_ANSWER = 64 * 1024;
  private static final Duration DEFAULT_DELAY = Duration.ofMinutes(1);
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final String name;
  private final URI health;
  private final Clock clock;

  /** A frontend whose hooks are at the same host and port as its health URL. */
  public HttpFrontend(String name, URI health, Clock clock) {
    this.name = name;
    this.health = health;
    this.clock = clock;
  }

  private record Answer(int status, byte[] body) {}

  @Override
  public Optional<NotNow> prepare(
      String component, String version, boolean critical, Duration deadline) {
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("component", component);
    question.put("version", version);
    question.put("critical", critical);
    return post("prepare", MAPPER.writeValueAsBytes(question), deadline)
        .filter(answer -> answer.status() == 409)
        .map(this::notNow);
  }

  private NotNow notNow(Answer answer) {
    Instant until = clock.instant().plus(DEFAULT_DELAY);
    String reason = name + " is busy";
    try {
      JsonNode json = MAPPER.readTree(answer.body());
      reason = json.path("reason").stringValue(reason);
      String asked = json.path("until").stringValue("");
      until = asked.isEmpty() ? until : Instant.parse(asked);
    } catch (JacksonException | DateTimeException unreadable) {
      LOG.warn("{} says not now in a way that cannot be read", name, unreadable);
    }
    return new NotNow(reason, until);
  }

  @Override
  public byte[] drain(String restarting, Duration deadline) {
    Map<String, Object> question = Map.of("component", restarting);
    return post("drain", MAPPER.writeValueAsBytes(question), deadline)
        .filter(answer -> answer.status() == 200)
        .map(Answer::body)
        .orElse(new byte[0]);
  }

  @Override
  public boolean restored(byte[] token, Duration deadline) {
    return post("restored", token, deadline)
        .filter(answer -> answer.status() / 100 == 2 || answer.status() == 404)
        .isPresent();
  }

  @Override
  public void notice(Notice notice, Duration deadline) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("id", notice.id());
    shown.put("device", notice.device());
    shown.put("component", notice.component());
    shown.put("at", notice.at().toString());
    shown.put("expected_downtime_seconds", notice.expectedDowntime().toMillis() / 1000.0);
    shown.put("cancelled", notice.cancelled());
    shown.put("reason", notice.reason());
    post("notice", MAPPER.writeValueAsBytes(shown), deadline);
  }

  @Override
  public boolean healthy(Duration deadline) {
    return send("GET", health, null, deadline)
        .filter(answer -> answer.status() / 100 == 2)
        .isPresent();
  }

  private Optional<Answer> post(String hook, byte[] body, Duration deadline) {
    return send("POST", health.resolve("/lockstep/" + hook), body, deadline);
  }

  /** Nothing where the frontend does not answer: it may be starting, or not running at all. */
  private Optional<Answer> send(String method, URI uri, byte[] body, Duration deadline) {
    int millis = Math.toIntExact(Math.max(1, Math.min(deadline.toMillis(), Integer.MAX_VALUE)));
    try {
      URL url = uri.toURL();
      HttpURLConnection connection = (HttpURLConnection) url.openConnection();
      connection.setConnectTimeout(millis);
      connection.setReadTimeout(millis);
      connection.setInstanceFollowRedirects(false);
      connection.setRequestMethod(method);
      if (body != null) {
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(body.length);
        connection.getOutputStream().write(body);
      }
      return Optional.of(new Answer(connection.getResponseCode(), read(connection)));
    } catch (IOException silent) {
      LOG.debug("{} does not answer {}", name, uri.getPath(), silent);
      return Optional.empty();
    }
  }

  private static byte[] read(HttpURLConnection connection) throws IOException {
    InputStream error = connection.getErrorStream();
    boolean failed = connection.getResponseCode() >= 400;
    try (InputStream body = failed ? error : connection.getInputStream()) {
      byte[] bytes = body == null ? new byte[0] : body.readNBytes(MAX_ANSWER + 1);
      if (bytes.length > MAX_ANSWER) {
        throw new IOException(
            "the answer is over "
                + MAX_ANSWER
                + " bytes: "
                + new String(bytes, 0, 40, StandardCharsets.UTF_8));
      }
      return bytes;
    }
  }
}
