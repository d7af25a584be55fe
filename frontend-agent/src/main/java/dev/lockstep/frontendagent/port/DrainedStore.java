package dev.lockstep.frontendagent.port;

import dev.lockstep.frontendagent.domain.Drained;
import java.util.Optional;

/** Keeps drained frontends' states over a restart of this process. Writes are durable. */
public interface DrainedStore {
  /** What was kept for a component. */
  Optional<Drained> load(String component);

  /**
   * Keeps it, replacing what was kept.
   *
   * @throws java.io.UncheckedIOException if the disk refuses
   */
  void save(String component, Drained drained);

  /** Forgets it; nothing happens if there is none. */
  void delete(String component);
}
