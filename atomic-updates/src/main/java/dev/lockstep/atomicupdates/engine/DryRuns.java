package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.port.Forecast;
import dev.lockstep.atomicupdates.port.Participants.Asked;
import dev.lockstep.atomicupdates.port.Stager;
import dev.lockstep.config.UpdateSettings;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Says what an install would do on this device, or why it would be refused. Changes nothing: no
 * file, no row, no other job. It may have to ask the source, so it has a thread of its own, which
 * ends when nobody asks.
 */
final class DryRuns {
  private static final int WAITING = 16;

  private final EngineCore core;
  private final UpdateSettings settings;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          1,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(WAITING),
          work -> {
            Thread started = new Thread(work, "dry-run");
            started.setDaemon(true);
            return started;
          });

  DryRuns(EngineCore core, UpdateSettings settings) {
    this.core = core;
    this.settings = settings;
    thread.allowCoreThreadTimeOut(true);
  }

  /** Answers through {@link Outcomes}, sooner or later. */
  void ask(InstallOrder order) {
    try {
      thread.execute(() -> answer(order));
    } catch (RejectedExecutionException full) {
      refuse(order, null, tooMany(order));
    }
  }

  private void answer(InstallOrder order) {
    ManagedComponent component = core.components().get(order.component());
    if (component == null) {
      refuse(order, null, Requests.unknown(key(order)));
      return;
    }
    ReleaseVersion from = null;
    try {
      from = component.active().orElse(null);
      answer(order, component, from);
    } catch (RuntimeException | IOException failed) {
      refuse(
          order,
          from,
          Failures.of("say what an install of " + order.component() + " would do", failed));
    }
  }

  private void answer(InstallOrder order, ManagedComponent component, ReleaseVersion from)
      throws IOException {
    ReleaseVersion to = order.version();
    if (to.equals(from)) {
      Outcomes told = core.outcomes();
      told.planned(key(order), from, to, List.of("nothing to do: " + to + " is installed"), null);
      return;
    }
    Optional<Failure> first = first(order, component);
    if (first.isPresent()) {
      refuse(order, from, first.get());
      return;
    }
    // What is damaged would be downloaded again.
    boolean staged = component.slots().has(to) && component.slots().differences(to).isEmpty();
    Forecast.Download download =
        staged
            ? Forecast.Download.none()
            : core.ports()
                .stager()
                .preview(new Stager.Request(order.jobId(), order.component(), to, ""));
    Optional<Failure> obstacle = core.preparation().foreseen(component, from, to);
    if (obstacle.isPresent()) {
      refuse(order, from, obstacle.get());
      return;
    }
    Forecast forecast = forecast(component, from, download);
    Plan plan = new Plan(component, core.preparation(), settings);
    core.outcomes().planned(key(order), from, to, plan.of(from, to, forecast), forecast);
  }

  private Forecast forecast(
      ManagedComponent component, ReleaseVersion from, Forecast.Download download)
      throws IOException {
    Asked asked = core.ports().participants().asked(component.id());
    return new Forecast(
        download,
        core.preparation().backsUp(component, from)
            ? component.backups().needed(component.settings().backupPaths())
            : 0,
        RevertPlan.lastDowntime(core.journal().changes(component.id())),
        asked.prepare(),
        from == null ? List.of() : asked.drain(),
        component.controlled() || component.own() ? List.of(component.id()) : List.of());
  }

  /** What has to end before anything else begins. */
  private Optional<Failure> first(InstallOrder order, ManagedComponent component) {
    return core.journal().unfinished().stream()
        .filter(install -> install.state().busy())
        .findFirst()
        .map(other -> Requests.busy(key(order), other))
        .or(
            () ->
                LastChange.owingData(component, core.journal().changes(component.id()))
                    .map(owing -> Requests.restoredFirst(key(order), owing)));
  }

  private void refuse(InstallOrder order, ReleaseVersion from, Failure why) {
    core.outcomes().refuse(key(order), from, order.version(), why);
  }

  private static Install.Key key(InstallOrder order) {
    return new Install.Key(order.jobId(), order.component());
  }

  private static Failure tooMany(InstallOrder order) {
    return new Failure(
        ErrorCode.ERROR_CODE_INSTALL_BUSY,
        ErrorCategory.ERROR_CATEGORY_RETRY,
        "cannot say what an install of %s would do: %d others ask already; ask again"
            .formatted(order.component(), WAITING));
  }

  void close() {
    thread.shutdownNow();
  }
}
