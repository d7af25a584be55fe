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
import java.util.concurrent.TimeUnit;

/**
 * Health as the settings define it. Any thread. Waits are measured by the system's monotonic clock;
 * the given clock only stamps when a component was healthy.
 */
public final class ComponentHealth implements HealthCheck {
  private static final int LOG_LINES = 5;

  /** What starts quickly is not down for a whole interval: so often it is asked at first. */
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);

  /** What takes long is asked less often: a small part of the time that it has taken so far. */
  private static final int PART = 150;

  private final Map<String, ComponentSettings> settings;
  private final Map<String, Probe> probes = new HashMap<>();
  private final ProcessControl processes;
  private final Clock clock;

  /** Asks nothing yet. */
  public ComponentHealth(
      Path root, Map<String, ComponentSettings> settings, ProcessControl processes, Clock clock) {
    this.settings = Map.copyOf(settings);
    this.processes = processes;
    this.clock = clock;
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
      case PROCESS -> Optional::empty;
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
    return probes.get(component).trouble();
  }

  private boolean controlled(String component) {
    return settings.get(component).process().control().byLockstep();
  }

  @Override
  public Health await(String component, ReleaseVersion version, boolean throughWindow)
      throws InterruptedException {
    HealthSettings health = settings.get(component).health();
    long begin = System.nanoTime();
    int successes = 0;
    String trouble = "was not asked";
    Instant healthyAt = null;
    while (successes < health.successes()) {
      Optional<String> crash = crash(component);
      if (crash.isPresent()) {
        return unhealthy(component, version, crash.get(), begin);
      }
      Optional<String> now = probes.get(component).trouble();
      successes = now.isEmpty() ? successes + 1 : 0;
      // It has been healthy since the first of the answers in a row, not since the last.
      healthyAt = successes == 1 ? clock.instant() : healthyAt;
      trouble = now.orElse(trouble);
      if (successes < health.successes()) {
        long elapsed = System.nanoTime() - begin;
        if (elapsed > health.deadline().toNanos()) {
          return unhealthy(component, version, trouble, begin);
        }
        long soon = Math.max(FIRST_PAUSE.toNanos(), elapsed / PART);
        long interval = health.interval().toNanos();
        TimeUnit.NANOSECONDS.sleep(now.isEmpty() ? interval : Math.min(soon, interval));
      }
    }
    return throughWindow ? stays(component, version, healthyAt) : new Health(healthyAt, null);
  }

  /** A crash counts until the window has passed; so does ending without being unhealthy. */
  private Health stays(String component, ReleaseVersion version, Instant healthyAt)
      throws InterruptedException {
    HealthSettings health = settings.get(component).health();
    long begin = System.nanoTime();
    while (true) {
      Optional<String> crash = crash(component);
      if (crash.isPresent()) {
        return unhealthy(component, version, crash.get(), begin);
      }
      long left = health.window().toNanos() - (System.nanoTime() - begin);
      if (left <= 0) {
        Optional<String> last = probes.get(component).trouble();
        return last.isEmpty()
            ? new Health(healthyAt, null)
            : unhealthy(component, version, last.get(), begin);
      }
      TimeUnit.NANOSECONDS.sleep(Math.min(left, health.interval().toNanos()));
    }
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
      String component, ReleaseVersion version, String trouble, long beginNanos) {
    Duration after = Duration.ofNanos(System.nanoTime() - beginNanos);
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
