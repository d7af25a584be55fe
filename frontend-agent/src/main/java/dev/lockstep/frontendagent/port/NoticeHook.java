package dev.lockstep.frontendagent.port;

import dev.lockstep.frontendagent.domain.Place;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Shows notices outside of the frontend, for example as a dialogue of the desktop. */
public interface NoticeHook extends AutoCloseable {
  /** Shows nothing. */
  NoticeHook NONE = (frontend, notice, postpone) -> {};

  /**
   * Shows a frontend's next planned restart, or (empty) that there is none any more. Returns at
   * once; a newer notice for the same frontend replaces an older one.
   *
   * @param postpone called at most once, on any thread, where people ask for more time
   */
  void show(Place frontend, Optional<Frontend.ShownNotice> notice, Consumer<Duration> postpone);

  @Override
  default void close() {
    // Nothing is held.
  }
}
