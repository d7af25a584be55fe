package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Effect;
import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallStep;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread on which steps, and what comes before and after them, are carried out. */
final class InstallWorker {
  private static final Logger LOG = LoggerFactory.getLogger(InstallWorker.class);
  private static final Map<InstallStep, Step> STEPS = new EnumMap<>(InstallStep.class);

  static {
    STEPS.put(InstallStep.QUIESCE, new QuiesceStep());
    STEPS.put(InstallStep.BACKUP, new BackupStep());
    STEPS.put(InstallStep.ACTIVATE, new ActivateStep());
    STEPS.put(InstallStep.MIGRATE, new MigrateStep());
    STEPS.put(InstallStep.START, new StartStep());
    STEPS.put(InstallStep.VERIFY, new VerifyStep());
  }

  private final EnginePorts ports;
  private final Preparation preparation;
  private final Progress progress;
  private final JobLog log;
  private final ExternalComponents external;
  private final EventSink events;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread started = new Thread(work, "install-worker");
            started.setDaemon(true);
            return started;
          });
  private volatile boolean closing;

  InstallWorker(
      EnginePorts ports,
      Preparation preparation,
      Progress progress,
      JobLog log,
      ExternalComponents external,
      EventSink events) {
    this.ports = ports;
    this.preparation = preparation;
    this.progress = progress;
    this.log = log;
    this.external = external;
    this.events = events;
  }

  /** Runs something on the thread; a failure is logged. */
  void submit(String what, Runnable work) {
    try {
      thread.execute(
          () -> {
            if (closing) {
              return;
            }
            try {
              work.run();
            } catch (RuntimeException failed) {
              LOG.error("cannot {}", what, failed);
            }
          });
    } catch (RejectedExecutionException closed) {
      LOG.debug("{}: after the next start", what);
    }
  }

  void prepare(Install install, ManagedComponent component) {
    submit(
        "prepare " + install.key(),
        () -> {
          Event event;
          try {
            event = preparation.prepare(install, component);
          } catch (RuntimeException | Error failed) {
            event = Event.notMet(Failures.of("prepare " + component.id(), failed));
          }
          end(install, event);
        });
  }

  void step(Install install, ManagedComponent component, InstallStep step, Effect.Kind direction) {
    submit(direction + " " + step, () -> run(install, component, step, direction));
  }

  private void run(
      Install install, ManagedComponent component, InstallStep step, Effect.Kind direction) {
    StepContext context = new StepContext(install, component, ports, progress, log, external);
    String point = direction + "." + step;
    Event event;
    try {
      ports.faults().reached(point + ".before");
      StepResult result =
          direction == Effect.Kind.APPLY
              ? STEPS.get(step).apply(context)
              : STEPS.get(step).undo(context);
      ports.faults().reached(point + ".after");
      event = result.of(step);
    } catch (InterruptedException stopping) {
      LOG.info("{} of {} goes on after the next start", point, install.key());
      Thread.currentThread().interrupt();
      return;
    } catch (RuntimeException | Error failed) {
      // Also where memory is short or a class is missing: what is not told is never undone.
      Failure failure = Failures.of(direction + " " + step + " of " + component.id(), failed);
      LOG.debug("{} of {} failed", point, install.key(), failed);
      event = Event.failed(step, failure);
    }
    end(install, event);
  }

  private void end(Install install, Event event) {
    if (!closing) {
      events.happened(install.key(), event);
    }
  }

  /** A step that runs is let finish; what follows it happens after the next start. */
  void close() {
    closing = true;
    thread.shutdown();
  }

  /** Ends without a word. */
  void abandon() {
    closing = true;
    thread.shutdownNow();
  }

  boolean awaitEnd(Duration within) throws InterruptedException {
    boolean ended = thread.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS);
    if (!ended) {
      thread.shutdownNow();
      thread.awaitTermination(within.toMillis(), TimeUnit.MILLISECONDS);
    }
    return ended;
  }
}
