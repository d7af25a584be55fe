package dev.lockstep.atomicupdates.domain;

import java.time.Duration;

/**
 * Something to do after the journal holds the new state.
 *
 * @param kind what
 * @param step which step, null where none
 * @param pause how long to wait first
 */
public record Effect(Kind kind, InstallStep step, Duration pause) {

  /** What can be done. */
  public enum Kind {
    /** Bring the release into its slot. */
    FETCH,
    /** Check what has to be true, and ask the components. */
    ASK,
    /** Do a step. */
    APPLY,
    /** Undo a step. */
    UNDO,
    /** Tell that staging has ended. */
    TELL_STAGED,
    /** Tell that the install has ended. */
    TELL_END,
    /** Remove what nobody needs any more. */
    CLEAN_UP
  }

  static Effect of(Kind kind) {
    return new Effect(kind, null, Duration.ZERO);
  }

  static Effect apply(InstallStep step, Duration pause) {
    return new Effect(Kind.APPLY, step, pause);
  }

  static Effect undo(InstallStep step, Duration pause) {
    return new Effect(Kind.UNDO, step, pause);
  }
}
