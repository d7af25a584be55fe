package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.protocol.v1.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stages one release after the other on a thread of low priority. */
final class StagingWorker {
  private static final Logger LOG = LoggerFactory.getLogger(StagingWorker.class);
  private final EnginePorts ports;
  private final JobLog log;
  private final EventSink events;
  private final BooleanSupplier makeRoom;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread started = new Thread(work, "staging");
            started.setDaemon(true);
            started.setPriority(Thread.MIN_PRIORITY);
            return started;
          });
  private final Set<Install.Key> cancelled = ConcurrentHashMap.newKeySet();
  private final Map<Install.Key, Integer> percents = new ConcurrentHashMap<>();
  private volatile boolean closing;

  /**
   * Does nothing yet.
   *
   * @param makeRoom removes what the device can do without, and tells whether that was anything
   */
  StagingWorker(EnginePorts ports, JobLog log, EventSink events, BooleanSupplier makeRoom) {
    this.makeRoom = makeRoom;
    this.ports = ports;
    this.log = log;
    this.events = events;
  }

  /** A job may have a download per component: each is cancelled by itself. */
  void cancel(Install.Key key) {
    cancelled.add(key);
  }

  /** A new request for a job that was cancelled before begins anew. */
  void forgetCancellation(Install.Key key) {
    cancelled.remove(key);
  }

  int percent(Install.Key key) {
    return percents.getOrDefault(key, 0);
  }

  void fetch(Install install, ManagedComponent component) {
    try {
      thread.execute(() -> stage(install, component));
    } catch (RejectedExecutionException closed) {
      LOG.debug("{} is staged after the next start", install.key());
    }
  }

  private void stage(Install install, ManagedComponent component) {
    if (closing) {
      return;
    }
    Install.Key key = install.key();
    Event end;
    Listener listener = new Listener(install);
    component.slotsInUse().lock();
    try {
      ports.faults().reached("stage.before");
      Stager.Staged staged =
          ports
              .stager()
              .stage(
                  new Stager.Request(
                      key.jobId(),
                      key.component(),
                      install.versions().to(),
                      install.order().manifestTarget()),
                  listener);
      if (staged.verified()) {
        component.facts().save(staged.description());
      }
      ports.faults().reached("stage.after");
      end = Event.staged(staged.bytesFetched());
    } catch (RuntimeException | Error failed) {
      LOG.debug("staging of {} failed", key, failed);
      end = Event.stagingFailed(why(install, failed));
    } finally {
      component.slotsInUse().unlock();
      listener.finish();
      percents.remove(key);
    }
    if (!closing) {
      cancelled.remove(key);
      events.happened(key, end);
    }
  }

  /** Who cancelled hears that it is cancelled, also where it failed before that was noticed. */
  private Failure why(Install install, Throwable failed) {
    String what = "stage " + install.key().component() + " " + install.versions().to();
    return cancelled.contains(install.key())
        ? Failure.forOperator(
            ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED,
            "cannot %s: it was cancelled; ask for the download again".formatted(what))
        : Failures.of(what, failed);
  }

  /** What is being staged goes on after the next start. */
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
    thread.shutdownNow();
    return ended;
  }

  /** Thins progress out to ten a second, and sends the last in any case. */
  private final class Listener implements Stager.Listener {
    private static final long SPACING = 100_000_000L;
    private static final int PERCENT = 100;
    private static final double NANOS = 1e9;
    private final Install install;
    private final long begin = System.nanoTime();
    private long lastSent = begin - SPACING;
    private long furthest = -1;
    private long first = -1;
    private long total;
    private long told = -1;

    Listener(Install install) {
      this.install = install;
    }

    @Override
    public void progress(long bytesDone, long bytesTotal) {
      if (first < 0) {
        first = bytesDone;
      }
      furthest = Math.max(furthest, bytesDone);
      total = bytesTotal;
      if (System.nanoTime() - lastSent >= SPACING) {
        send();
      }
    }

    /** The last one is told in any case. */
    void finish() {
      if (furthest >= 0 && furthest != told) {
        send();
      }
    }

    private void send() {
      long now = System.nanoTime();
      lastSent = now;
      told = furthest;
      if (total > 0) {
        percents.put(install.key(), (int) Math.min(PERCENT, furthest * PERCENT / total));
      }
      double seconds = Math.max((now - begin) / NANOS, 1 / NANOS);
      ports
          .reports()
          .downloadProgress(
              install.key().jobId(),
              install.key().component(),
              install.versions().to(),
              furthest,
              total,
              (long) ((furthest - first) / seconds));
    }

    @Override
    public void log(String line) {
      log.line(install.key().jobId(), line);
    }

    @Override
    public boolean makeRoom() {
      return makeRoom.getAsBoolean();
    }

    @Override
    public boolean cancelled() {
      return closing || cancelled.contains(install.key());
    }

    @Override
    public boolean stopping() {
      return closing && !cancelled.contains(install.key());
    }
  }
}
