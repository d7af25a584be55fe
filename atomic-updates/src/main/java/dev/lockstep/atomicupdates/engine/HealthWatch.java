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

  private final EnginePorts ports;
  private final Map<String, Boolean> healthy = new ConcurrentHashMap<>();
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
    try {
      boolean now = component.active().isPresent() && ports.health().ask(component.id()).isEmpty();
      Boolean before = healthy.put(component.id(), now);
      if (before == null || before != now) {
        LOG.info("{} is {}", component.id(), now ? "healthy" : "not healthy");
        ports.reports().componentChanged(component.id());
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException failed) {
      healthy.put(component.id(), false);
      LOG.warn("cannot tell whether {} is healthy", component.id(), failed);
    }
  }

  boolean healthy(String component) {
    return healthy.getOrDefault(component, false);
  }

  void close() {
    thread.shutdownNow();
  }
}
