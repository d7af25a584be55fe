package dev.lockstep.atomicupdates.health;

import dev.lockstep.atomicupdates.port.HealthCheck;
import dev.lockstep.atomicupdates.port.ProcessControl;
import dev.lockstep.atomicupdates.port.ProcessControl.Life;
import dev.lockstep.atomicupdates.port.ProcessControl.Status;
import dev.lockstep.atomicupdates.process.CommandLine;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.HealthSettings;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Health as the settings define it. Any thread. Waits are measured by the system's monotonic clock;
 * the given clock only stamps when a component was healthy.
 */
public final class ComponentHealth implements HealthCheck {
  private static final int LOG_LINES = 5;

  private final Map<String, ComponentSettings> settings;
  private final Map<String, Probe> probes = new HashMap<>();
  private final ProcessControl processes;
  private final Clock clock;
  private final Ticks ticks;

  /** Asks nothing yet. */
  public ComponentHealth(
      Path root, Map<String, ComponentSettings> settings, ProcessControl processes, Clock clock) {
    this(root, settings, processes, clock, Ticks.SYSTEM);
  }

  ComponentHealth(
      Path root,
      Map<String, ComponentSettings> settings,
      ProcessControl processes,
      Clock clock,
      Ticks ticks) {
    this.settings = Map.copyOf(settings);
    this.processes = processes;
    this.clock = clock;
    this.ticks = ticks;
    settings.forEach((id, component) -> probes.put(id, probe(root.resolve(id), component)));
  }

  private Probe probe(Path home, ComponentSettings component) {
    HealthSettings health = component.health();
    return switch (health.probe()) {
      case HTTP ->
          new HttpProbe(
              health
                  .url()
                  .orElseThrow(
                      () ->
                          new IllegalArgumentException(
                              "components." + component.id() + ".health.url is missing")),
              health.timeout());
      case TCP -> new TcpProbe(health.host(), health.port(), health.timeout());
      case COMMAND ->
          new CommandProbe(
              () ->
                  new CommandLine(component.id(), home)
                      .prepare(
                          List.of(), health.command(), component.process().environment(), null),
              health.timeout());
      case PROCESS -> Answer::well;
    };
  }

  @Override
  public Optional<String> ask(String component) throws InterruptedException {
    if (controlled(component)) {
      Status status = processes.status(component);
      if (status.life() != Life.RUNNING) {
        return Optional.of(
            status.life() == Life.STOPPED ? "does not run" : "crashed (" + status.lastExit() + ")");
      }
    }
    Answer answer = probes.get(component).ask();
    return answer.isWell() ? Optional.empty() : Optional.of(answer.trouble());
  }

  private boolean controlled(String component) {
    return settings.get(component).process().control().byLockstep();
  }

  @Override
  public Health await(String component, ReleaseVersion version, boolean throughWindow)
      throws InterruptedException {
    Patience patience = new Patience(settings.get(component).health());
    long begin = ticks.nanos();
    Instant healthyAt = null;
    while (!patience.healthy()) {
      Optional<String> crash = crash(component);
      if (crash.isPresent()) {
        return unhealthy(component, version, crash.get(), since(begin));
      }
      long asked = ticks.nanos() - begin;
      patience.heard(probes.get(component).ask(), asked);
      if (patience.successes() == 1) {
        // It has been healthy since the first of the answers in a row, not since the last.
        healthyAt = clock.instant();
      }
      long now = ticks.nanos() - begin;
      if (!patience.healthy()) {
        if (patience.over(now)) {
          return unhealthy(component, version, patience.trouble(), patience.waited(now));
        }
        ticks.sleep(patience.pause(now));
      }
    }
    return throughWindow ? stays(component, version, healthyAt) : new Health(healthyAt, null);
  }

  /** A crash counts until the window has passed; so does ending without being healthy. */
  private Health stays(String component, ReleaseVersion version, Instant healthyAt)
      throws InterruptedException {
    HealthSettings health = settings.get(component).health();
    long begin = ticks.nanos();
    while (true) {
      Optional<String> crash = crash(component);
      if (crash.isPresent()) {
        return unhealthy(component, version, crash.get(), since(begin));
      }
      long left = health.window().toNanos() - (ticks.nanos() - begin);
      if (left <= 0) {
        Answer last = probes.get(component).ask();
        return last.isWell()
            ? new Health(healthyAt, null)
            : unhealthy(component, version, last.trouble(), since(begin));
      }
      ticks.sleep(Math.min(left, health.interval().toNanos()));
    }
  }

  private Duration since(long begin) {
    return Duration.ofNanos(ticks.nanos() - begin);
  }

  private Optional<String> crash(String component) {
    if (!controlled(component)) {
      return Optional.empty();
    }
    Status status = processes.status(component);
    if (status.life() == Life.STOPPED) {
      return Optional.of("does not run");
    }
    return status.crashes() > 0
        ? Optional.of("crashed (" + status.lastExit() + ")")
        : Optional.empty();
  }

  private Health unhealthy(
      String component, ReleaseVersion version, String trouble, Duration after) {
    StringBuilder message =
        new StringBuilder(component)
            .append(' ')
            .append(version)
            .append(' ')
            .append(trouble)
            .append(trouble.startsWith("crashed") ? " after " : " for ")
            .append(seconds(after));
    if (controlled(component)) {
      List<String> lines = processes.lastLines(component, LOG_LINES);
      message.append(
          lines.isEmpty()
              ? "; it wrote nothing to its output"
              : "; last log lines: " + String.join(" | ", lines));
    }
    return new Health(null, message.toString());
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() < 1000 ? duration.toMillis() + " ms" : duration.toSeconds() + " s";
  }
}
