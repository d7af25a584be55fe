package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Site;
import dev.lockstep.atomicupdates.port.Participants.Inhibited;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One question to several components, and their answers so far. One thread asks and waits, the
 * bus's thread brings answers.
 */
final class Round {
  private static final Logger LOG = LoggerFactory.getLogger(Round.class);
  private static final int SENDINGS = 3;

  /** What a component said. */
  record Answer(Site site, Inhibited inhibited) {}

  private final Set<Site> silent;
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>(100_000);

  Round(Set<Site> asked) {
    this.silent = new TreeSet<>(asked);
  }

  /** Takes an answer; never blocks. */
  void answered(Answer answer) {
    answers.offer(answer);
  }

  /**
   * Asks, and asks again while somebody is silent, until all have answered, somebody inhibits, or
   * the deadline passes.
   *
   * @return the first inhibit, or null
   */
  Inhibited run(Runnable question, Duration deadline) throws InterruptedException {
    long start = System.nanoTime();
    for (int sending = 1; sending <= SENDINGS && (sending == 1 || !silent.isEmpty()); sending++) {
      question.run();
      long until = start + deadline.toNanos() * sending / SENDINGS;
      Inhibited inhibited = collect(until);
      if (inhibited != null) {
        return inhibited;
      }
    }
    return null;
  }

  /** Who has not answered. */
  Set<Site> silent() {
    return silent;
  }

  private Inhibited collect(long until) throws InterruptedException {
    while (!silent.isEmpty()) {
      Answer answer = answers.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (answer == null) {
        return null;
      }
      boolean awaited = silent.remove(answer.site());
      if (awaited && answer.inhibited() != null) {
        return answer.inhibited();
      }
      if (!awaited && answer.inhibited() != null) {
        LOG.info(
            "{} would rather wait ({}), but is not concerned",
            answer.site(),
            answer.inhibited().reason());
      }
    }
    return null;
  }
}
