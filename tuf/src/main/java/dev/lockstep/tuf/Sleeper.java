package dev.lockstep.tuf;

import java.time.Duration;

/** Waits between two attempts; a test waits in its own way. */
interface Sleeper {
  /** Waits in real time. */
  Sleeper REAL =
      pause -> {
        try {
          Thread.sleep(pause.toMillis());
        } catch (InterruptedException e) {
          // Whoever interrupts wants an end: further waits of this thread end at once too.
          Thread.currentThread().interrupt();
        }
      };

  void sleep(Duration pause);
}
