package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.InstallStep;
import java.time.Duration;
import java.time.Instant;

/** How a step ended, or how its undoing did. */
sealed interface StepResult {

  /** The event that it is to the install. */
  Event of(InstallStep step);

  /** Done; nothing is worth marking. */
  static StepResult done() {
    return new Done(null);
  }

  /**
   * Done.
   *
   * @param mark when the old version stopped or a version became healthy; null where neither
   */
  record Done(Instant mark) implements StepResult {
    @Override
    public Event of(InstallStep step) {
      return Event.done(step, mark);
    }
  }

  /** Not yet: to be tried again after a pause. */
  record RetryAfter(String reason, Duration pause) implements StepResult {
    @Override
    public Event of(InstallStep step) {
      return Event.waits(step, reason, pause);
    }
  }

  /** Somebody else has to do something first; looked at again after a pause. */
  record AwaitExternal(String awaited, Duration pause) implements StepResult {
    @Override
    public Event of(InstallStep step) {
      return Event.waits(step, awaited, pause);
    }
  }

  /** Not possible. */
  record Failed(Failure failure) implements StepResult {
    @Override
    public Event of(InstallStep step) {
      return Event.failed(step, failure);
    }
  }
}
