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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread through which installs change state: journal first, then the effects. */
final class StateDoor implements EventSink {
  private static final Logger LOG = LoggerFactory.getLogger(StateDoor.class);
  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final int TRIES = 150;

  private final InstallJournal journal;
  private final Clock clock;
  private final ScheduledExecutorService thread;
  private BiConsumer<Install, Effect> effects;

  StateDoor(InstallJournal journal, Clock clock) {
    this.journal = journal;
    this.clock = clock;
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
      thread.execute(
          () -> {
            try {
              work.run();
            } catch (RuntimeException failed) {
              LOG.error("cannot {}", what, failed);
            }
          });
    } catch (RejectedExecutionException closing) {
      LOG.debug("{}: not done, Lockstep stops", what);
    }
  }

  /** Runs on the thread, with its result. */
  <T> Future<T> call(Callable<T> work) {
    return thread.submit(work);
  }

  /** Runs on the thread after a pause. */
  void later(Duration pause, Runnable work) {
    try {
      thread.schedule(work, pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      LOG.debug("not done later, Lockstep stops");
    }
  }

  @Override
  public void happened(Install.Key key, Event event) {
    submit(event.kind() + " of " + key, () -> happened(key, event, 1));
  }

  /** A journal that cannot be written now may be writable soon; until then nothing goes on. */
  private void happened(Install.Key key, Event event, int attempt) {
    try {
      Install install =
          journal
              .find(key)
              .orElseThrow(() -> new IllegalStateException("no install " + key + " for " + event));
      apply(install, event);
    } catch (AtomicUpdatesException failed) {
      if (failed.code() != ErrorCode.ERROR_CODE_JOURNAL || attempt == TRIES) {
        throw failed;
      }
      LOG.error("{} of {} waits for the journal", event.kind(), key, failed);
      later(RETRY, () -> submit("go on", () -> happened(key, event, attempt + 1)));
    }
  }

  /** Applies an event; on this thread only. */
  Install apply(Install install, Event event) {
    InstallMachine.Transition next = InstallMachine.apply(install, event, clock.instant());
    if (next.install() != install) {
      journal.save(next.install());
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
    next.effects().forEach(effect -> effects.accept(next.install(), effect));
    return next.install();
  }

  void shutDown() {
    thread.shutdownNow();
  }

  boolean awaitEnd(Duration within) throws InterruptedException {
    return thread.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS);
  }
}
