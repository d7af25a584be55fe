package dev.lockstep.frontendagent.domain;

import java.time.Duration;
import java.time.Instant;

/**
 * A frontend that has drained, and what has become of its state since. Immutable.
 *
 * <p>Where the frontend itself restarts, its state is handed to the new process as soon as that is
 * being verified, and to the old version's process again after a revert. Where something else
 * restarts, it is handed back when that is committed or its install has ended.
 *
 * @param jobId the install
 * @param restarting what restarts
 * @param own whether that is the frontend itself
 * @param token the state, Base64
 * @param at when it drained
 * @param wanted whether it is to be handed back now
 * @param handed whether the process that runs now has it
 * @param ended whether the install has ended
 */
public record Drained(
    String jobId,
    Place restarting,
    boolean own,
    String token,
    Instant at,
    boolean wanted,
    boolean handed,
    boolean ended) {

  /** The steps of an install that matter here. */
  public enum Step {
    /** The new process was started. */
    VERIFY,
    /** It is healthy, for good. */
    COMMIT,
    /** The old version's process is started again. */
    REVERT
  }

  /** Just drained. */
  public static Drained now(String jobId, Place restarting, boolean own, String token, Instant at) {
    return new Drained(jobId, restarting, own, token, at, false, false, false);
  }

  /** Whether something of that install is about this. */
  public boolean isOf(String job, Place place) {
    return job.equals(jobId) && (place.isEverywhere() || place.equals(restarting));
  }

  /** The install has come to a step. */
  public Drained after(Step step) {
    return switch (step) {
      case VERIFY -> own ? wanted(true) : this;
      case COMMIT -> wanted(true);
      // Whoever has the state is stopped; the next process gets it when the install has ended.
      case REVERT -> new Drained(jobId, restarting, own, token, at, false, false, ended);
    };
  }

  /** The install has ended, in whatever way: the frontend is to go on. */
  public Drained afterEnd() {
    return new Drained(jobId, restarting, own, token, at, !handed, handed, true);
  }

  /** This process restarted: nobody knows what the frontend has, so it gets its state. */
  public Drained afterRestart() {
    return new Drained(jobId, restarting, own, token, at, true, false, ended);
  }

  /** Nothing was heard of the install for so long that its end was missed. */
  public Drained afterSilence(Instant now, Duration limit) {
    return ended || now.isBefore(at.plus(limit)) ? this : afterEnd();
  }

  /** The frontend has its state. */
  public Drained afterHandover() {
    return new Drained(jobId, restarting, own, token, at, false, true, ended);
  }

  /** Whether nothing remains to be done. */
  public boolean isOver() {
    return ended && handed;
  }

  private Drained wanted(boolean now) {
    return handed ? this : new Drained(jobId, restarting, own, token, at, now, handed, ended);
  }
}
