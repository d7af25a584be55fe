package dev.lockstep.atomicupdates.engine;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks components from time to time whether they are well, and tells when that changes. */
final class HealthWatch {
  private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);
  private static final Duration SHORTEST = Duration.ofSeconds(2);

  private static final String NOT_INSTALLED = "is not installed";

  private final EnginePorts ports;
  private final Map<String, String> problems = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread started = new Thread(work, "health-watch");
            started.setDaemon(true);
            return started;
          });

  HealthWatch(EnginePorts ports) {
    this.ports = ports;
  }

  void watch(ManagedComponent component) {
    Duration interval = component.settings().health().interval();
    long millis = Math.max(interval.toMillis(), SHORTEST.toMillis());
    thread.scheduleWithFixedDelay(() -> ask(component), 0, millis, TimeUnit.MILLISECONDS);
  }

  private void ask(ManagedComponent component) {
    String now;
    try {
      now = trouble(component);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException failed) {
      LOG.debug("cannot ask {} for its health", component.id(), failed);
      now = "cannot be asked: " + Secrets.mask(String.valueOf(failed.getMessage()));
    }
    String before = problems.put(component.id(), now);
    if (!now.equals(before)) {
      if (now.isEmpty()) {
        LOG.info("{} is healthy", component.id());
      } else {
        LOG.warn("{} is not healthy: it {}", component.id(), now);
      }
      ports.reports().componentChanged(component.id());
    }
  }

  private String trouble(ManagedComponent component) throws InterruptedException {
    if (component.active().isEmpty()) {
      return NOT_INSTALLED;
    }
    return ports.health().ask(component.id()).map(Secrets::mask).orElse("");
  }

  boolean healthy(String component) {
    return problem(component).isEmpty();
  }

  /** Why it was not healthy when last asked; empty where it was. */
  String problem(String component) {
    return problems.getOrDefault(component, "was not asked yet");
  }

  void close() {
    thread.shutdownNow();
  }
}
