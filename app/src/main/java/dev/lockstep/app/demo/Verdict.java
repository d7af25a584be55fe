package dev.lockstep.app.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the processes of the app said, held against what should be; and the table at the end. */
final class Verdict {
  // A process may go away while it is being asked.
  private static final Duration ONE_QUESTION = Duration.ofMillis(250);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private final DemoApp app;
  private final DemoWorkspace workspace;
  private final Narrator narrator;
  private final List<String> failed = new ArrayList<>();
  private final List<Row> rows = new ArrayList<>();
  private int checks;

  /** One line of the table: one device in one act. */
  private record Row(
      String act,
      String device,
      String component,
      String before,
      String after,
      Optional<Instant> restarted,
      Duration downtime,
      long bytes) {}

  Verdict(DemoApp app, DemoWorkspace workspace, Narrator narrator) {
    this.app = app;
    this.workspace = workspace;
    this.narrator = narrator;
  }

  /** Notes whether something is true. */
  void check(String what, boolean ok, String seen) {
    checks++;
    if (!ok) {
      failed.add(what);
    }
    narrator.check(what, ok, seen);
  }

  /** Notes that the story could not be told to its end. */
  void broken(String why) {
    check("the demo reaches its end", false, why);
  }

  /** Whether everything was true, and there was something to be true. */
  boolean ok() {
    return checks > 0 && failed.isEmpty();
  }

  /** Each process says that it runs its release. */
  void everyoneRuns(List<DemoRelease> releases, HttpQuestion question) {
    for (DemoDevice device : workspace.devices()) {
      String version = version(releases, device);
      String running = app.runningVersion(device, question);
      check(
          "%s runs %s %s".formatted(device.id(), component(device), version),
          running.equals(version),
          "it says " + (running.isEmpty() ? "nothing" : running));
    }
  }

  /** The backend was seen at its new version before any frontend went away. */
  void backendFirst(List<DemoRelease> releases, Instant since, Sampler sampler) {
    String version = version(releases, workspace.hub());
    Optional<Instant> backend = sampler.firstSeen(workspace.hub(), version, since);
    for (DemoDevice frontend : workspace.frontends()) {
      Optional<Instant> away = sampler.firstAway(frontend, since);
      boolean ok = backend.isPresent() && away.isPresent() && backend.get().isBefore(away.get());
      check(
          "the backend ran " + version + " before " + frontend.id() + " went away",
          ok,
          ok ? millis(Duration.between(backend.get(), away.get())) + " earlier" : "");
    }
  }

  /** Each restart was announced before the process went away, and it stayed until the time told. */
  void announced(Instant since, Sampler sampler, Observer observer) {
    for (DemoDevice device : workspace.devices()) {
      Optional<Observer.Notice> notice = observer.notice(device.id(), since);
      Optional<Instant> away = sampler.firstAway(device, since);
      boolean ok =
          notice.isPresent()
              && away.isPresent()
              && notice.get().heard().isBefore(away.get())
              && !away.get().isBefore(notice.get().planned().minus(ONE_QUESTION));
      check(
          "the restart on " + device.id() + " was announced before it happened",
          ok,
          ok ? millis(Duration.between(notice.get().heard(), away.get())) + " before" : "");
    }
  }

  /** The running backend has all that was there before. */
  void dataKept(long before, HttpQuestion question) {
    long now = app.dataSeen(workspace.hub(), question);
    check("the backend has its data", now >= before && before > 0, before + " before, " + now);
  }

  /** The bad backend was really started: the good one went away for it. */
  void backendWasTried(Instant since, Sampler sampler) {
    check(
        "the backend was stopped for the bad release and came back",
        sampler.firstAway(workspace.hub(), since).isPresent(),
        "away for " + millis(sampler.away(workspace.hub(), since)));
  }

  /** No frontend went away or said another version. */
  void frontendsUntouched(Instant since, Sampler sampler) {
    for (DemoDevice frontend : workspace.frontends()) {
      List<Sampler.Sample> changes = sampler.since(frontend, since);
      check(frontend.id() + " was not touched", changes.isEmpty(), changes.size() + " changes");
    }
  }

  /** Adds an act to the table. */
  void rows(
      String act, List<DemoRelease> releases, Instant since, Sampler sampler, Observer observer) {
    for (DemoDevice device : workspace.devices()) {
      List<Sampler.Sample> changes = sampler.since(device, since);
      String after = sampler.last(device);
      rows.add(
          new Row(
              act,
              device.id(),
              component(device),
              sampler.at(device, since),
              after,
              sampler.firstAway(device, since),
              changes.isEmpty() ? Duration.ZERO : sampler.away(device, since),
              releases.stream()
                  .filter(release -> release.component().equals(component(device)))
                  .mapToLong(
                      release ->
                          observer.bytesFetched(
                              device.id(), release.component(), release.version()))
                  .sum()));
    }
  }

  /** The last words. */
  void summarize() {
    List<Map<String, Object>> json = new ArrayList<>();
    String format = "%-14s %-9s %-11s %-9s %-9s %-10s %-10s %s";
    List<String> table = new ArrayList<>();
    table.add(
        format.formatted(
            "ACT", "DEVICE", "COMPONENT", "BEFORE", "AFTER", "RESTART", "DOWN FOR", "FETCHED"));
    for (Row row : rows) {
      table.add(
          format.formatted(
              row.act(),
              row.device(),
              row.component(),
              row.before().isEmpty() ? "-" : row.before(),
              row.after(),
              row.restarted().map(CLOCK::format).orElse("-"),
              row.downtime().isZero() ? "-" : millis(row.downtime()),
              dev.lockstep.app.command.MessageText.bytes(row.bytes())));
      json.add(asJson(row));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("checks", checks);
    fields.put("failed", failed);
    fields.put("rows", json);
    narrator.summary(fields, String.join("\n", table), ok());
  }

  private static Map<String, Object> asJson(Row row) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("act", row.act());
    json.put("device", row.device());
    json.put("component", row.component());
    json.put("before", row.before());
    json.put("after", row.after());
    json.put("restarted_at", row.restarted().map(Instant::toString).orElse(""));
    json.put("downtime_seconds", row.downtime().toMillis() / 1000.0);
    json.put("bytes_fetched", row.bytes());
    return json;
  }

  private String component(DemoDevice device) {
    return device.backend() ? app.backend() : app.frontend();
  }

  /** The version that the device should run after these releases; what it ran where none is new. */
  private String version(List<DemoRelease> releases, DemoDevice device) {
    return releases.stream()
        .filter(release -> release.component().equals(component(device)))
        .map(DemoRelease::version)
        .findFirst()
        .orElseThrow();
  }

  private static String millis(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }
}
