package dev.lockstep.frontendagent;

import dev.lockstep.frontendagent.domain.Drained;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.AgentEvents.DrainAnswer;
import dev.lockstep.frontendagent.port.AgentEvents.PrepareAnswer;
import dev.lockstep.frontendagent.port.DrainedStore;
import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.frontendagent.port.FrontendException;
import dev.lockstep.frontendagent.port.NoticeHook;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dealings with one frontend, on one thread: asks it, keeps the state it drained with, and
 * hands that back.
 *
 * <p>Methods return at once. The state is on the disk before "drained" is answered, and stays there
 * until it was handed back and the install has ended.
 */
final class FrontendSession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FrontendSession.class);
  private static final Duration NEXT_TRY = Duration.ofMillis(500);
  private static final Duration SMALLEST_NEWS = Duration.ofSeconds(1);

  /** Left until the restart when people are told once more. */
  private static final List<Duration> REMINDERS =
      List.of(Duration.ofMinutes(10), Duration.ofMinutes(1));

  /** People want a restart later. */
  @FunctionalInterface
  interface Postponing {
    /** Asks for it; returns at once. */
    void ask(Place place, Frontend.ShownNotice notice, Duration by);
  }

  private final Place place;
  private final Frontend frontend;
  private final DrainedStore store;
  private final Clock clock;
  private final Duration silenceLimit;
  private final NoticeHook hook;
  private final Postponing postponing;
  private final ScheduledExecutorService thread;

  // Owned by the thread.
  private Optional<Drained> drained = Optional.empty();
  private Optional<Frontend.ShownNotice> shown = Optional.empty();
  private Instant toldAt = Instant.MIN;
  private Optional<Frontend.StoreNotice> inStore = Optional.empty();
  private Optional<Frontend.StoreNotice> storeTold = Optional.empty();
  private Optional<Frontend.StoreNotice> storeHooked = Optional.empty();
  private boolean tryPlanned;

  FrontendSession(
      Place place,
      Frontend frontend,
      DrainedStore store,
      Clock clock,
      Duration silenceLimit,
      NoticeHook hook,
      Postponing postponing) {
    this.hook = hook;
    this.postponing = postponing;
    this.place = place;
    this.frontend = frontend;
    this.store = store;
    this.clock = clock;
    this.silenceLimit = silenceLimit;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "frontend-" + place.component());
              made.setDaemon(true);
              return made;
            });
  }

  Place place() {
    return place;
  }

  /** Takes up what a process before this one left. */
  void start() {
    run(
        () -> {
          Optional<Drained> kept = store.load(place.component());
          kept.ifPresent(
              state -> {
                LOG.info("{} drained before this process started; its state is kept", place);
                become(state.afterRestart());
              });
        });
  }

  void prepare(Frontend.Request request, PrepareAnswer answer) {
    run(
        () -> {
          try {
            answer.give(place.component(), frontend.canUpdate(request));
          } catch (FrontendException.NotRunning absent) {
            LOG.info("{} is ready for an install: it does not run", place);
            answer.give(place.component(), Optional.empty());
          } catch (FrontendException.Failed broken) {
            // Whoever asks has a setting for what silence means.
            LOG.warn("{} gives no answer to prepare: {}", place, broken.getMessage());
          }
        });
  }

  void drain(Frontend.Request request, boolean own, DrainAnswer answer) {
    run(
        () -> {
          try {
            byte[] state = frontend.drain(request);
            Place restarting = new Place(request.device(), request.component());
            String token = Base64.getEncoder().encodeToString(state);
            become(Drained.now(request.jobId(), restarting, own, token, clock.instant()));
            LOG.info("{} has drained for the restart of {}", place, restarting);
            answer.drained(place.component(), state);
          } catch (FrontendException.NotRunning absent) {
            LOG.info("{} has nothing to drain: it does not run", place);
            answer.drained(place.component(), new byte[0]);
          } catch (FrontendException.Failed | UncheckedIOException broken) {
            LOG.warn("{} has not drained: {}", place, broken.getMessage());
            answer.failed(place.component(), broken.getMessage());
          }
        });
  }

  void stepped(String jobId, Place what, Drained.Step step) {
    run(
        () ->
            drained
                .filter(state -> state.isOf(jobId, what))
                .ifPresent(state -> become(state.after(step))));
  }

  void ended(String jobId, Place what) {
    run(
        () ->
            drained
                .filter(state -> state.isOf(jobId, what) && !state.ended())
                .ifPresent(state -> become(state.afterEnd())));
  }

  /** Shows the next restart, or that there is none any more; nothing happens without news. */
  void show(Optional<Frontend.ShownNotice> notice, boolean again) {
    run(
        () -> {
          if (isNews(notice) || (again && notice.isPresent()) || reminds(notice)) {
            tell(notice);
          }
        });
  }

  /** Tells what is in the store, or that nothing is any more; nothing happens without news. */
  void showStore(Optional<Frontend.StoreNotice> notice) {
    run(
        () -> {
          inStore = notice;
          if (!inStore.equals(storeHooked)) {
            hook.showStore(place, inStore);
            storeHooked = inStore;
          }
          tellStoreWhereNew();
        });
  }

  /** The frontend has started again and knows nothing. */
  void showStoreAgain() {
    run(
        () -> {
          storeTold = Optional.empty();
          tellStoreWhereNew();
        });
  }

  private void tellStoreWhereNew() {
    if (inStore.equals(storeTold)) {
      return;
    }
    try {
      frontend.showStore(inStore);
      storeTold = inStore;
    } catch (FrontendException untold) {
      // Until the next heartbeat, which tries again.
      LOG.info("{} does not show what is in the store: {}", place, untold.getMessage());
    }
  }

  private boolean isNews(Optional<Frontend.ShownNotice> notice) {
    if (notice.isEmpty() || shown.isEmpty()) {
      return notice.isPresent() != shown.isPresent();
    }
    Duration moved = Duration.between(shown.get().plannedAt(), notice.get().plannedAt()).abs();
    return moved.compareTo(SMALLEST_NEWS) >= 0
        || !shown.get().id().equals(notice.get().id())
        || !shown.get().reason().equals(notice.get().reason());
  }

  private boolean reminds(Optional<Frontend.ShownNotice> notice) {
    Instant now = clock.instant();
    return notice.isPresent()
        && REMINDERS.stream()
            .map(left -> notice.get().plannedAt().minus(left))
            .anyMatch(due -> due.isAfter(toldAt) && !due.isAfter(now));
  }

  private void tell(Optional<Frontend.ShownNotice> notice) {
    notice.ifPresentOrElse(
        planned ->
            LOG.info(
                "{}: restart of {} planned at {}, about {} s: {}",
                place,
                planned.component().isEmpty() ? "the app" : planned.component(),
                planned.plannedAt(),
                planned.expectedDowntime().toSeconds(),
                planned.reason()),
        () -> LOG.info("{}: no restart is planned any more", place));
    shown = notice;
    toldAt = clock.instant();
    hook.show(place, notice, by -> notice.ifPresent(told -> postponing.ask(place, told, by)));
    try {
      frontend
          .showNotice(notice)
          .ifPresent(by -> notice.ifPresent(told -> postponing.ask(place, told, by)));
    } catch (FrontendException untold) {
      LOG.info("{} does not show the notice: {}", place, untold.getMessage());
    }
  }

  /** Looks after what takes long: an install whose end nobody told, news that did not arrive. */
  void tick() {
    run(this::tellStoreWhereNew);
    run(
        () ->
            drained.ifPresent(
                state -> {
                  Drained now = state.afterSilence(clock.instant(), silenceLimit);
                  if (now != state) {
                    LOG.warn("{} waited for the end of install {} too long", place, now.jobId());
                    become(now);
                  }
                }));
  }

  private void become(Drained state) {
    boolean changed = !drained.equals(Optional.of(state));
    if (state.isOver()) {
      drained = Optional.empty();
      store.delete(place.component());
      return;
    }
    if (changed) {
      store.save(place.component(), state);
    }
    drained = Optional.of(state);
    handBackWhereWanted();
  }

  private void handBackWhereWanted() {
    if (tryPlanned || drained.isEmpty() || !drained.get().wanted()) {
      return;
    }
    Drained state = drained.get();
    try {
      frontend.restored(Base64.getDecoder().decode(state.token()));
      LOG.info("{} has its state again and goes on", place);
      become(state.afterHandover());
    } catch (FrontendException notYet) {
      if (clock.instant().isAfter(state.at().plus(silenceLimit.multipliedBy(2)))) {
        LOG.warn("{} never took its state back: {}", place, notYet.getMessage());
        become(state.afterEnd().afterHandover());
        return;
      }
      LOG.debug("{} does not take its state yet: {}", place, notYet.getMessage());
      tryPlanned = true;
      thread.schedule(this::tryAgain, NEXT_TRY.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void tryAgain() {
    tryPlanned = false;
    handBackWhereWanted();
  }

  private void run(Runnable task) {
    try {
      thread.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException defect) {
              LOG.error("{} is not looked after as it should be", place, defect);
            }
          });
    } catch (RejectedExecutionException closed) {
      LOG.debug("{} is not looked after any more: the agent is closed", place);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
