package dev.lockstep.atomicupdates.process;

import dev.lockstep.atomicupdates.port.ProcessControl;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Supervises the children of this device: those components whose control is {@code SUPERVISED}. Any
 * thread.
 */
public final class Supervisor implements ProcessControl {
  private final ScheduledExecutorService watch;
  private final Map<String, SupervisedComponent> components = new LinkedHashMap<>();

  /**
   * Starts nothing yet.
   *
   * @param root folder of the components
   * @param state Lockstep's own folder, for process numbers and output
   */
  public Supervisor(Path root, Path state, Map<String, ComponentSettings> settings, Clock clock) {
    this.watch =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread thread = new Thread(work, "supervisor");
              thread.setDaemon(true);
              return thread;
            });
    settings.forEach(
        (id, component) -> {
          if (component.process().control() == ComponentSettings.Control.SUPERVISED) {
            components.put(
                id, new SupervisedComponent(component, root.resolve(id), state, clock, watch));
          }
        });
  }

  @Override
  public void adopt() {
    components.values().forEach(SupervisedComponent::adopt);
  }

  @Override
  public void start(String component, ReleaseVersion version) {
    get(component).start(version);
  }

  @Override
  public void stop(String component) {
    get(component).stop();
  }

  @Override
  public Status status(String component) {
    return get(component).status();
  }

  @Override
  public List<String> lastLines(String component, int count) {
    return get(component).lastLines(count);
  }

  @Override
  public void close(boolean stopComponents) {
    watch.shutdownNow();
    RuntimeException failed = null;
    for (SupervisedComponent component : components.values()) {
      try {
        component.close(stopComponents);
      } catch (RuntimeException notStopped) {
        if (failed == null) {
          failed = notStopped;
        } else {
          failed.addSuppressed(notStopped);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  private SupervisedComponent get(String component) {
    SupervisedComponent found = components.get(component);
    if (found == null) {
      throw new IllegalArgumentException(component + " is not supervised by Lockstep");
    }
    return found;
  }
}
