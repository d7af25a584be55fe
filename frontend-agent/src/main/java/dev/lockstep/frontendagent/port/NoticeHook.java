package dev.lockstep.frontendagent.port;

import dev.lockstep.frontendagent.domain.Place;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Shows notices outside of the frontend, for example as a dialogue of the desktop. */
public interface NoticeHook extends AutoCloseable {
  /** Shows nothing. */
  NoticeHook NONE =
      new NoticeHook() {
        @Override
        public void show(
            Place frontend, Optional<Frontend.ShownNotice> notice, Consumer<Duration> postpone) {
          // Nobody wants to know.
        }

        @Override
        public void showStore(Place frontend, Optional<Frontend.StoreNotice> notice) {
          // Nobody wants to know.
        }
      };

  /**
   * Shows a frontend's next planned restart, or (empty) that there is none any more. Returns at
   * once; a newer notice for the same frontend replaces an older one.
   *
   * @param postpone called at most once, on any thread, where people ask for more time
   */
  void show(Place frontend, Optional<Frontend.ShownNotice> notice, Consumer<Duration> postpone);

  /**
   * Shows that a newer version of a frontend is in a store, or (empty) that none is any more.
   * Returns at once; newer news for the same frontend replaces older.
   */
  void showStore(Place frontend, Optional<Frontend.StoreNotice> notice);

  @Override
  default void close() {
    // Nothing is held.
  }
}
