package dev.lockstep.atomicupdates.health;

import dev.lockstep.config.ComponentSettings.HealthSettings;
import java.time.Duration;

/**
 * How long one wait for a component's health goes on. Pure: it is told what was answered and when.
 *
 * <p>Until something answers, the deadline of the start counts; from the first answer on, whatever
 * it says, the deadline for being healthy. A start that is slow is so told from a release that
 * answers and is not healthy. Without a deadline of its own for the start, the one deadline counts
 * from the beginning. Healthy is who answers well so many times in a row; the first of these has to
 * be asked by then, and a row that has begun may end.
 */
final class Patience {
  /** What starts quickly is not down for a whole interval: so often it is asked at first. */
  private static final long FIRST_PAUSE = Duration.ofMillis(50).toNanos();

  /** What takes long is asked less often: a small part of the time that it has taken so far. */
  private static final int PART = 150;

  private final HealthSettings settings;
  private int successes;
  private String counted = "";
  private long countsFrom;
  private boolean answered;
  private String trouble = "was not asked";

  Patience(HealthSettings settings) {
    this.settings = settings;
  }

  /** Takes an answer to what was asked so long after the beginning. */
  void heard(Answer answer, long elapsed) {
    if (!answered && answer.kind() != Answer.Kind.SILENT) {
      answered = true;
      countsFrom = settings.startDeadline().isPresent() ? elapsed : 0;
    }
    if (!answer.isWell()) {
      successes = 0;
      trouble = answer.trouble();
    } else if (successes == 0 || answer.id().isEmpty() || !answer.id().equals(counted)) {
      successes++;
      counted = answer.id();
    }
  }

  boolean healthy() {
    return successes >= settings.successes();
  }

  /** Good answers in a row, up to now. */
  int successes() {
    return successes;
  }

  /** Whether a row of good answers that began now would begin too late, and none has begun. */
  boolean over(long elapsed) {
    return successes == 0 && elapsed >= limit();
  }

  /** Until the next question. */
  long pause(long elapsed) {
    long interval = settings.interval().toNanos();
    if (successes > 0) {
      return interval;
    }
    long soon = Math.min(interval, Math.max(FIRST_PAUSE, elapsed / PART));
    return Math.max(0, Math.min(soon, limit() - elapsed));
  }

  private long limit() {
    return answered
        ? countsFrom + settings.deadline().toNanos()
        : settings.untilFirstAnswer().toNanos();
  }

  /** What was wrong last. */
  String trouble() {
    return trouble;
  }

  /** How long it had the chance to be healthy. */
  Duration waited(long elapsed) {
    return Duration.ofNanos(elapsed - countsFrom);
  }
}
