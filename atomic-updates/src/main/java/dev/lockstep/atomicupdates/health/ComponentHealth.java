package dev.lockstep.atomicupdates.health;

import dev.lockstep.atomicupdates.port.HealthCheck;
import dev.lockstep.atomicupdates.port.OwnWord;
import dev.lockstep.atomicupdates.port.ProcessControl;
import dev.lockstep.atomicupdates.port.ProcessControl.Run;
import dev.lockstep.atomicupdates.port.ProcessControl.Status;
import dev.lockstep.atomicupdates.process.CommandLine;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.HealthSettings;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.nio.file.Path;
import java.time.Clock;
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
  private final Map<String, BusProbe> listening = new HashMap<>();
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
      case BUS -> {
        BusProbe spoken = new BusProbe(() -> run(component.id()), ticks);
        listening.put(component.id(), spoken);
        yield spoken;
      }
      case PROCESS -> expected -> Answer.well();
    };
  }

  @Override
  public Optional<String> ask(String component) throws InterruptedException {
    if (controlled(component)) {
      Status status = processes.status(component);
      Optional<String> down = ExitText.down(status, settings.get(component).health(), clock);
      if (down.isPresent()) {
        return down;
      }
    }
    Answer answer = probes.get(component).ask(null);
    return answer.isWell() ? Optional.empty() : Optional.of(answer.trouble());
  }

  @Override
  public void said(String component, OwnWord word) {
    BusProbe spoken = listening.get(component);
    if (spoken != null) {
      spoken.said(word);
    }
  }

  private Optional<Run> run(String component) {
    return controlled(component)
        ? Optional.of(processes.status(component).run())
        : Optional.empty();
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
      Optional<String> ended = ended(component);
      if (ended.isPresent()) {
        return unhealthy(component, version, ended.get());
      }
      long asked = ticks.nanos() - begin;
      int before = patience.successes();
      patience.heard(probes.get(component).ask(version), asked);
      if (before == 0 && patience.successes() == 1) {
        // It has been healthy since the first of the answers in a row, not since the last.
        healthyAt = clock.instant();
      }
      long now = ticks.nanos() - begin;
      if (!patience.healthy()) {
        if (patience.over(now)) {
          return unhealthy(
              component,
              version,
              patience.trouble() + " for " + ExitText.time(patience.waited(now)));
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
      Optional<String> ended = ended(component);
      if (ended.isPresent()) {
        return unhealthy(component, version, ended.get());
      }
      long left = health.window().toNanos() - (ticks.nanos() - begin);
      if (left <= 0) {
        Answer last = probes.get(component).ask(version);
        return last.isWell()
            ? new Health(healthyAt, null)
            : unhealthy(component, version, last.trouble() + " at the end of its health window");
      }
      ticks.sleep(Math.min(left, health.interval().toNanos()));
    }
  }

  /** Why the wait is over though no deadline has come. */
  private Optional<String> ended(String component) {
    return controlled(component) ? ExitText.ended(processes.status(component)) : Optional.empty();
  }

  private Health unhealthy(String component, ReleaseVersion version, String trouble) {
    String lines = "";
    if (controlled(component)) {
      List<String> last = processes.lastLines(component, LOG_LINES);
      lines =
          last.isEmpty()
              ? "; it wrote nothing to its output"
              : "; last log lines: " + String.join(" | ", last);
    }
    return new Health(null, component + " " + version + " " + trouble + lines);
  }
}
