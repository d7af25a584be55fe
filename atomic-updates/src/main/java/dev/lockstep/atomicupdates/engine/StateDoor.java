package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Effect;
import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallMachine;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.protocol.v1.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread through which installs change state: journal first, then the effects. What
 * happened while the journal could not be written waits until it can be, however long that takes.
 *
 * <p>What the journal holds is carried out. An error of Java itself on this thread may have kept an
 * effect from being carried out that the journal has promised, and nothing in this process would
 * make up for it: the process is to end, and the next one goes on from the journal.
 */
final class StateDoor implements EventSink {
  private static final Logger LOG = LoggerFactory.getLogger(StateDoor.class);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** A journal that stays unwritable is said again after so many tries. */
  private static final int SAID_AGAIN = 10;

  private final InstallJournal journal;
  private final Clock clock;
  private final Duration firstPause;
  private final Duration longestPause;
  private final Consumer<Error> broken;
  private final ScheduledExecutorService thread;
  private BiConsumer<Install, Effect> effects;

  /** One try later withdraws all that was refused until then. */
  private boolean withdrawsLater;

  /**
   * Does nothing yet.
   *
   * @param broken ends this process, because of an error on this thread
   */
  StateDoor(InstallJournal journal, Clock clock, Consumer<Error> broken) {
    this(journal, clock, broken, FIRST_PAUSE, LONGEST_PAUSE);
  }

  /** With pauses of its own between tries to write the journal, which double up to the longest. */
  StateDoor(
      InstallJournal journal,
      Clock clock,
      Consumer<Error> broken,
      Duration firstPause,
      Duration longestPause) {
    this.journal = journal;
    this.clock = clock;
    this.broken = broken;
    this.firstPause = firstPause;
    this.longestPause = longestPause;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            work -> {
              Thread started = new Thread(work, "installs");
              started.setDaemon(true);
              return started;
            });
  }

  /** Who carries out effects; to be called once, before anything happens. */
  void actBy(BiConsumer<Install, Effect> runner) {
    this.effects = runner;
  }

  /** Runs on the thread; a failure is logged. */
  void submit(String what, Runnable work) {
    try {
      thread.execute(() -> run(what, work));
    } catch (RejectedExecutionException closing) {
      LOG.debug("{}: not done, Lockstep stops", what);
    }
  }

  /** The executor would keep an error to itself. Where memory is short, a log may fail as well. */
  private void run(String what, Runnable work) {
    try {
      attempt(what, work);
    } catch (Error defect) {
      try {
        LOG.error("cannot {}, nor go on in this process", what, defect);
      } finally {
        broken.accept(defect);
      }
    }
  }

  private static void attempt(String what, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException failed) {
      LOG.error("cannot {}", what, failed);
    }
  }

  /** Runs on the thread, with its result. */
  <T> Future<T> call(Callable<T> work) {
    return thread.submit(work);
  }

  /** Runs on the thread after a pause. */
  void later(Duration pause, Runnable work) {
    try {
      thread.schedule(
          () -> run("go on after a pause", work), pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      LOG.debug("not done later, Lockstep stops");
    }
  }

  @Override
  public void happened(Install.Key key, Event event) {
    submit(event.kind() + " of " + key, () -> happened(key, event, firstPause, 1));
  }

  /** A journal that cannot be written now may be writable soon; until then nothing goes on. */
  private void happened(Install.Key key, Event event, Duration pause, int attempt) {
    InstallMachine.Transition next;
    try {
      Install install =
          journal
              .find(key)
              .orElseThrow(() -> new IllegalStateException("no install " + key + " for " + event));
      next = write(install, event);
    } catch (AtomicUpdatesException failed) {
      if (failed.code() != ErrorCode.ERROR_CODE_JOURNAL) {
        throw failed;
      }
      if (attempt % SAID_AGAIN == 1) {
        LOG.error("{} of {} waits for the journal (try {})", event.kind(), key, attempt, failed);
      }
      later(pause, () -> happened(key, event, longer(pause), attempt + 1));
      return;
    }
    if (attempt > 1) {
      LOG.info("the journal can be written again: {} goes on", key);
    }
    act(next);
  }

  /**
   * What the journal could not take was refused: no later process is to find it. A refusal for
   * another reason has written nothing. On this thread only.
   */
  void withdraw(AtomicUpdatesException refused) {
    if (refused.code() == ErrorCode.ERROR_CODE_JOURNAL && !withdrawsLater) {
      withdraw(firstPause);
    }
  }

  private void withdraw(Duration pause) {
    withdrawsLater = false;
    try {
      journal.settle();
    } catch (AtomicUpdatesException notYet) {
      LOG.debug("what was refused is withdrawn later", notYet);
      withdrawsLater = true;
      later(pause, () -> withdraw(longer(pause)));
    }
  }

  private Duration longer(Duration pause) {
    Duration doubled = pause.multipliedBy(2);
    return doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
  }

  /** Applies an event; on this thread only. */
  Install apply(Install install, Event event) {
    InstallMachine.Transition next = write(install, event);
    act(next);
    return next.install();
  }

  private InstallMachine.Transition write(Install install, Event event) {
    InstallMachine.Transition next = InstallMachine.apply(install, event, clock.instant());
    if (next.install() != install) {
      save(next.install());
      LOG.info(
          "{} {} of job {}: {} -> {}{}{}",
          install.key().component(),
          install.versions().to(),
          install.key().jobId(),
          install.state(),
          next.install().state(),
          next.install().position().step() == null ? "" : " " + next.install().position().step(),
          event.failure() == null ? "" : " because " + event.failure().message());
    }
    return next;
  }

  /** A failure may come after the row was written: what it promises is carried out then. */
  private void save(Install install) {
    try {
      journal.save(install);
    } catch (AtomicUpdatesException failed) {
      if (failed.code() != ErrorCode.ERROR_CODE_JOURNAL || !isWritten(install)) {
        throw failed;
      }
      LOG.warn("{} goes on: the journal has it though", install.key(), failed);
    }
  }

  private boolean isWritten(Install install) {
    try {
      return journal.find(install.key()).filter(install::equals).isPresent();
    } catch (AtomicUpdatesException unreadable) {
      LOG.debug("what the journal has of {} is not known", install.key(), unreadable);
      return false;
    }
  }

  /**
   * What follows is never a reason to write the same event again, nor is one that fails a reason to
   * leave out the others.
   */
  private void act(InstallMachine.Transition next) {
    Install install = next.install();
    for (Effect effect : next.effects()) {
      attempt(
          "carry out %s of %s".formatted(effect.kind(), install.key()),
          () -> effects.accept(install, effect));
    }
  }

  void shutDown() {
    thread.shutdownNow();
  }

  boolean awaitEnd(Duration within) throws InterruptedException {
    return thread.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS);
  }
}
