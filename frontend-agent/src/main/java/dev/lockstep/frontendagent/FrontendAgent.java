package dev.lockstep.frontendagent;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.Announce;
import dev.lockstep.config.Settings;
import dev.lockstep.frontendagent.adapter.HttpFrontend;
import dev.lockstep.frontendagent.adapter.SilentFrontend;
import dev.lockstep.frontendagent.bus.NoticeReader;
import dev.lockstep.frontendagent.bus.StateReportProducer;
import dev.lockstep.frontendagent.domain.Notice;
import dev.lockstep.frontendagent.domain.Notices;
import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.DrainRequest;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.PrepareRequest;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of one device: stands beside its frontends (components with {@code announce: agent}).
 *
 * <p>One worker thread does everything; handlers of the bus only hand over to it. Starting and
 * closing twice is harmless. The bus belongs to the caller.
 */
public final class FrontendAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FrontendAgent.class);
  private static final int MAX_ROLES = 1000;
  private static final long STOP_SECONDS = 5;

  private final Settings settings;
  private final Bus bus;
  private final Clock clock;
  private final ScheduledExecutorService worker =
      Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "frontend-agent"));
  private final List<Companion> companions = new ArrayList<>();
  private final List<Bus.Subscription> subscriptions = new ArrayList<>();
  private final Notices notices = new Notices();
  private final Map<String, ComponentRole> roles = new LinkedHashMap<>();
  private final NoticeReader reader;
  private final StateReportProducer reports;
  private boolean started;
  private boolean closed;

  /** An agent whose frontends offer hooks beside their health URLs. */
  public FrontendAgent(Settings settings, Bus bus, Clock clock) {
    this(settings, bus, clock, component -> hooksOf(component, clock));
  }

  /** An agent with other ways to its frontends. */
  public FrontendAgent(
      Settings settings, Bus bus, Clock clock, Function<ComponentSettings, Frontend> frontends) {
    this.settings = settings;
    this.bus = bus;
    this.clock = clock;
    this.reader = new NoticeReader(clock);
    this.reports = new StateReportProducer(bus, settings.device().id());
    for (ComponentSettings component : settings.components().values()) {
      if (component.announce() == Announce.AGENT) {
        companions.add(new Companion(settings, component, frontends.apply(component), bus, clock));
      }
    }
  }

  private static Frontend hooksOf(ComponentSettings component, Clock clock) {
    return component
        .health()
        .url()
        .<Frontend>map(url -> new HttpFrontend(component.id(), url, clock))
        .orElseGet(SilentFrontend::new);
  }

  /** Joins the bus and announces the frontends. */
  public synchronized void start() {
    if (started || closed) {
      return;
    }
    started = true;
    subscriptions.add(bus.subscribe(Topics.PREPARE_REQUEST, later(this::prepare)));
    subscriptions.add(bus.subscribe(Topics.DRAIN_REQUEST, later(this::drain)));
    subscriptions.add(bus.subscribe(Topics.RESTART_SCHEDULED, later(this::scheduled)));
    subscriptions.add(bus.subscribe(Topics.STATE_REQUEST, later(this::stateAsked)));
    subscriptions.add(bus.subscribe(Topics.STATE_REPORT, later(this::reported)));
    subscriptions.add(bus.subscribe(Topics.COMPONENT_ANNOUNCE, later(this::announced)));
    subscriptions.add(bus.subscribe(Topics.INSTALL_COMPLETE, later(this::installed)));
    subscriptions.add(
        bus.subscribe(
            Topics.DOWNLOAD_COMPLETE, later(message -> changed(message.payload().getDevice()))));
    subscriptions.add(
        bus.subscribe(
            Topics.RESTART_REQUIRED, later(message -> changed(message.payload().getDevice()))));
    subscriptions.add(bus.onConnected(() -> hand(this::connected)));
    long heartbeat = settings.update().heartbeat().toMillis();
    worker.scheduleWithFixedDelay(
        () -> guarded(this::heartbeat), 0, heartbeat, TimeUnit.MILLISECONDS);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    subscriptions.forEach(Bus.Subscription::close);
    if (started) {
      hand(() -> companions.forEach(companion -> companion.announce(true)));
    }
    worker.shutdown();
    try {
      if (!worker.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        worker.shutdownNow();
      }
    } catch (InterruptedException hurried) {
      worker.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  private void heartbeat() {
    companions.forEach(companion -> companion.announce(false));
    companions.forEach(Companion::giveBack);
  }

  /** After being away: says who is here, and asks what was missed. */
  private void connected() {
    companions.forEach(companion -> companion.announce(false));
    bus.publish(
        Topics.STATE_REQUEST,
        StateRequest.newBuilder()
            .addServices("version-management")
            .addServices("atomic-updates")
            .build());
  }

  private void prepare(Received<PrepareRequest> request) {
    companions.forEach(
        companion -> companion.prepare(request, share(request.payload().getDeadline())));
  }

  private void drain(Received<DrainRequest> request) {
    for (Companion companion : companions) {
      if (concerns(request.payload(), companion)) {
        companion.drain(request, share(request.payload().getDeadline()));
      }
    }
  }

  /** The frontend itself, or a component that frontends depend on; not another frontend. */
  private boolean concerns(DrainRequest request, Companion companion) {
    if (companion.is(request.getDevice(), request.getComponent())) {
      return true;
    }
    ComponentRole role = roles.get(request.getDevice() + "/" + request.getComponent());
    return role != ComponentRole.COMPONENT_ROLE_FRONTEND
        && !companion.componentId().equals(request.getComponent());
  }

  /** A frontend may use half of the asker's patience, shared among all of this device. */
  private Duration share(com.google.protobuf.Duration deadline) {
    long millis = Math.max(0, Math.min(deadline.getSeconds(), 3600) * 1000);
    millis += deadline.getNanos() / 1_000_000;
    return Duration.ofMillis(Math.max(100, millis / 2 / companions.size()));
  }

  private void scheduled(Received<RestartScheduled> message) {
    Notice notice = reader.read(message.payload());
    if (notices.add(notice, clock.instant())) {
      companions.forEach(companion -> companion.show(notice));
    }
  }

  private void reported(Received<StateReport> message) {
    if (message.payload().getService().equals(StateReportProducer.SERVICE)) {
      return;
    }
    for (RestartScheduled missed : message.payload().getNoticesList()) {
      Notice notice = reader.read(missed);
      boolean known = notices.current().stream().anyMatch(one -> one.id().equals(notice.id()));
      if (!known && notices.add(notice, clock.instant())) {
        companions.forEach(companion -> companion.show(notice));
      }
    }
  }

  private void announced(Received<ComponentAnnounce> message) {
    ComponentAnnounce component = message.payload();
    if (roles.size() < MAX_ROLES) {
      roles.put(component.getDevice() + "/" + component.getComponent(), component.getRole());
    }
  }

  private void installed(Received<InstallComplete> message) {
    InstallComplete end = message.payload();
    changed(end.getDevice());
    if (!end.getDevice().isEmpty()) {
      companions.forEach(Companion::restartIsOver);
    }
  }

  private void changed(String device) {
    if (settings.device().id().equals(device)) {
      companions.forEach(companion -> companion.announce(false));
    }
  }

  private void stateAsked(Received<StateRequest> request) {
    if (!reports.asked(request.payload())) {
      return;
    }
    List<ComponentState> components = new ArrayList<>();
    companions.forEach(companion -> components.add(companion.state(reports)));
    reports.reply(request, components, notices.current(), clock.instant());
  }

  private <M extends com.google.protobuf.Message> Bus.Handler<M> later(Bus.Handler<M> handler) {
    return message -> hand(() -> handler.accept(message));
  }

  private void hand(Runnable task) {
    try {
      worker.execute(() -> guarded(task));
    } catch (RejectedExecutionException closing) {
      LOG.debug("the agent is closing", closing);
    }
  }

  /** One message or file that cannot be read must not end the heartbeat. */
  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException failure) {
      LOG.warn("cannot carry out a task: {}", failure.getMessage(), failure);
    }
  }
}
