package dev.lockstep.atomicupdates.health;

import java.util.concurrent.TimeUnit;

/** The time that waits are measured by, which no clock setting moves. Tests bring their own. */
interface Ticks {
  /** The system's monotonic clock. */
  Ticks SYSTEM =
      new Ticks() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public void sleep(long nanos) throws InterruptedException {
          TimeUnit.NANOSECONDS.sleep(nanos);
        }
      };

  /** Nanoseconds since some instant; only differences mean anything. */
  long nanos();

  /** Returns after that time. */
  void sleep(long nanos) throws InterruptedException;
}
