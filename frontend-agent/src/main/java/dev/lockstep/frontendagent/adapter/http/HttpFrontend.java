package dev.lockstep.frontendagent.adapter.http;

import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.frontendagent.port.FrontendException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A frontend that takes part by four paths of its local HTTP server. All are POST; 404 or 405 means
 * that it does not take part in that.
 *
 * <ul>
 *   <li>{@code /lockstep/prepare}: 2xx is ready; 409 is "not now", with {@code {"owner": …,
 *       "reason": …, "until": ISO time}} or {@code "seconds"} instead of until. The request's body
 *       is {@code {"job_id", "device", "component", "to_version", "critical"}}: what will restart.
 *   <li>{@code /lockstep/drain}: with the same body; 2xx means that it has let go. The answer's
 *       body, up to 64 KiB, is its state and is not looked at.
 *   <li>{@code /lockstep/restored}: the body is the state it drained with; 2xx means that it goes
 *       on from there. Comes after the restart, also to the same process where something else
 *       restarted, and again until it is answered.
 *   <li>{@code /lockstep/notice}: a planned restart as {@code {"id", "device", "component", "at",
 *       "in_seconds", "expected_downtime_seconds", "postponable_until", "reason", "from_version",
 *       "to_version"}}; an empty body when none is planned any more. Comes again a while before the
 *       restart. The answer may be {@code {"postpone_seconds": 600}}, where it can be postponed.
 * </ul>
 */
public final class HttpFrontend implements Frontend {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration NOTICE_DEADLINE = Duration.ofSeconds(5);
  private static final Duration RESTORED_DEADLINE = Duration.ofSeconds(10);
  private static final Duration DEFAULT_INHIBITION = Duration.ofMinutes(1);
  private static final int INHIBITED = 409;

  private final String component;
  private final URI base;
  private final Clock clock;
  private final LocalHttp http = new LocalHttp();

  /**
   * Talks to a frontend.
   *
   * @param component its id, for messages
   * @param base any address of its server; the paths above are taken from its root
   */
  public HttpFrontend(String component, URI base, Clock clock) {
    this.component = component;
    this.base = base;
    this.clock = clock;
  }

  @Override
  public Optional<Inhibition> canUpdate(Request request) {
    LocalHttp.Answer answer = ask("prepare", json(about(request)), request.deadline());
    if (answer.status() == INHIBITED) {
      return Optional.of(inhibition(answer.body()));
    }
    requireGood("prepare", answer);
    return Optional.empty();
  }

  private Inhibition inhibition(byte[] body) {
    try {
      JsonNode json = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
      Instant until =
          json.path("until").isString()
              ? Instant.parse(json.path("until").stringValue())
              : clock
                  .instant()
                  .plusSeconds(json.path("seconds").asLong(DEFAULT_INHIBITION.toSeconds()));
      return new Inhibition(
          text(json, "owner", component), text(json, "reason", "it is busy"), until);
    } catch (JacksonException | DateTimeException | ArithmeticException unreadable) {
      throw new FrontendException.Failed(
          "ask " + component + " to prepare", "its answer cannot be read", unreadable);
    }
  }

  private static String text(JsonNode json, String name, String otherwise) {
    JsonNode value = json.path(name);
    return value.isString() ? value.stringValue() : otherwise;
  }

  @Override
  public byte[] drain(Request request) {
    LocalHttp.Answer answer = ask("drain", json(about(request)), request.deadline());
    requireGood("drain", answer);
    return answer.isGood() ? answer.body() : new byte[0];
  }

  @Override
  public void restored(byte[] state) {
    requireGood("restored", send("restored", state, "application/octet-stream", RESTORED_DEADLINE));
  }

  @Override
  public Optional<Duration> showNotice(Optional<ShownNotice> notice) {
    byte[] body = notice.map(this::json).orElse(new byte[0]);
    LocalHttp.Answer answer = ask("notice", body, NOTICE_DEADLINE);
    requireGood("notice", answer);
    return answer.isGood() ? postponement(answer.body()) : Optional.empty();
  }

  @Override
  public void showStore(Optional<StoreNotice> notice) {
    byte[] body = notice.map(told -> json(about(told))).orElse(new byte[0]);
    requireGood("store", ask("store", body, NOTICE_DEADLINE));
  }

  private static Map<String, Object> about(StoreNotice notice) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("component", notice.component());
    json.put("from_version", notice.fromVersion());
    json.put("to_version", notice.toVersion());
    json.put("minimum_version", notice.minimumVersion());
    json.put("store_link", notice.storeLink());
    json.put("too_old", notice.tooOld());
    return json;
  }

  /** A server may answer anything to a notice; only what is meant as a wish counts. */
  private static Optional<Duration> postponement(byte[] body) {
    try {
      long seconds = body.length == 0 ? 0 : JSON.readTree(body).path("postpone_seconds").asLong(0);
      return seconds > 0 ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty();
    } catch (JacksonException somethingElse) {
      return Optional.empty();
    }
  }

  private byte[] json(ShownNotice notice) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", notice.id());
    json.put("device", notice.device());
    json.put("component", notice.component());
    json.put("at", notice.plannedAt().toString());
    json.put(
        "in_seconds",
        Math.max(0, Duration.between(clock.instant(), notice.plannedAt()).toSeconds()));
    json.put("expected_downtime_seconds", notice.expectedDowntime().toSeconds());
    notice.postponableUntil().ifPresent(until -> json.put("postponable_until", until.toString()));
    json.put("reason", notice.reason());
    json.put("from_version", notice.fromVersion());
    json.put("to_version", notice.toVersion());
    return json(json);
  }

  private static Map<String, Object> about(Request request) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("job_id", request.jobId());
    json.put("device", request.device());
    json.put("component", request.component());
    json.put("to_version", request.toVersion());
    json.put("critical", request.critical());
    return json;
  }

  private static byte[] json(Map<String, Object> value) {
    return JSON.writeValueAsString(value).getBytes(StandardCharsets.UTF_8);
  }

  private LocalHttp.Answer ask(String hook, byte[] body, Duration deadline) {
    return send(hook, body, "application/json", deadline);
  }

  private LocalHttp.Answer send(String hook, byte[] body, String type, Duration deadline) {
    return http.post(
        "ask " + component + " for " + hook,
        base.resolve("/lockstep/" + hook),
        body,
        type,
        deadline);
  }

  private void requireGood(String hook, LocalHttp.Answer answer) {
    boolean takesNoPart = answer.status() == 404 || answer.status() == 405;
    if (!answer.isGood() && !takesNoPart) {
      throw new FrontendException.Failed(
          "ask " + component + " for " + hook, "it answered " + answer.status(), null);
    }
  }
}
