package dev.lockstep.frontendagent;

import dev.lockstep.bus.Bus;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.frontendagent.adapter.command.CommandHook;
import dev.lockstep.frontendagent.adapter.file.DrainedFiles;
import dev.lockstep.frontendagent.adapter.file.InstalledFiles;
import dev.lockstep.frontendagent.adapter.http.ConfiguredHealth;
import dev.lockstep.frontendagent.adapter.http.HttpFrontend;
import dev.lockstep.frontendagent.adapter.http.SilentFrontend;
import dev.lockstep.frontendagent.bus.BusEdges;
import dev.lockstep.frontendagent.domain.Announcement;
import dev.lockstep.frontendagent.domain.Drained;
import dev.lockstep.frontendagent.domain.Notice;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.AgentEvents;
import dev.lockstep.frontendagent.port.DrainedStore;
import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.frontendagent.port.HealthView;
import dev.lockstep.frontendagent.port.InstalledView;
import dev.lockstep.frontendagent.port.NoticeHook;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes part in updates for the frontends of one device: those whose settings say {@code announce:
 * agent}.
 *
 * <p>Announces them as a heartbeat, on change and whenever the connection is made; answers prepare
 * and drain for them; shows them restart notices; hands their state back after a restart, their own
 * or the backend's. Closing announces that they leave, and closes neither the bus nor the
 * frontends. Thread-safe.
 */
public final class FrontendAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FrontendAgent.class);
  private static final long CLOSING_SECONDS = 5;

  private final AgentSettings settings;
  private final BusEdges edges;
  private final InstalledView installed;
  private final HealthView health;
  private final Surroundings surroundings;
  private final Map<String, FrontendSession> sessions = new LinkedHashMap<>();
  private final Map<String, Boolean> ran = new ConcurrentHashMap<>();

  /** What the one who starts a component says is wrong with it. */
  private final Map<String, String> told = new ConcurrentHashMap<>();

  private final ScheduledExecutorService thread;
  private final NoticeHook hook;
  private final Clock clock;
  private final Questions questions;
  private boolean started;

  /** An agent for the frontends of the settings, which it reaches as their health is asked. */
  public FrontendAgent(Settings settings, Bus bus, Clock clock) {
    this(
        AgentSettings.of(settings),
        bus,
        clock,
        component -> overHttp(settings.components().get(component), clock),
        new ConfiguredHealth(settings),
        InstalledFiles.of(settings),
        new DrainedFiles(settings.device().state().resolve("frontend-agent")),
        hook(settings, clock));
  }

  private static NoticeHook hook(Settings settings, Clock clock) {
    List<String> command = settings.notice().hook();
    return command.isEmpty()
        ? NoticeHook.NONE
        : new CommandHook(command, settings.notice().hookTimeout(), clock);
  }

  /** The same with other ways to reach frontends and files, for hosts of their own. */
  public FrontendAgent(
      AgentSettings settings,
      Bus bus,
      Clock clock,
      Function<String, Frontend> frontends,
      HealthView health,
      InstalledView installed,
      DrainedStore store) {
    this(settings, bus, clock, frontends, health, installed, store, NoticeHook.NONE);
  }

  private FrontendAgent(
      AgentSettings settings,
      Bus bus,
      Clock clock,
      Function<String, Frontend> frontends,
      HealthView health,
      InstalledView installed,
      DrainedStore store,
      NoticeHook hook) {
    this.hook = hook;
    this.clock = clock;
    this.settings = settings;
    this.edges = new BusEdges(settings, bus, clock);
    this.installed = installed;
    this.health = health;
    this.surroundings = new Surroundings(clock);
    settings.neighbours().forEach((id, role) -> surroundings.announced(place(id), role));
    settings
        .own()
        .forEach(
            (id, role) -> {
              surroundings.announced(place(id), role);
              sessions.put(
                  id,
                  new FrontendSession(
                      place(id),
                      frontends.apply(id),
                      store,
                      clock,
                      settings.silenceLimit(),
                      hook,
                      this::postpone));
            });
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "frontend-agent");
              made.setDaemon(true);
              return made;
            });
    this.questions = new Questions(thread, () -> guarded(edges::askState));
  }

  private static Frontend overHttp(ComponentSettings component, Clock clock) {
    return component
        .health()
        .url()
        .<Frontend>map(url -> new HttpFrontend(component.id(), url, clock))
        .orElseGet(SilentFrontend::new);
  }

  /**
   * Asks the hub for more time before the next restart that concerns a component. Returns at once;
   * what comes of it is a new notice.
   *
   * @return whether anything is planned that may be postponed; the hub is not asked otherwise
   */
  public boolean postpone(String component, Duration by) {
    return surroundings
        .next(place(component))
        .filter(notice -> postpone(place(component), notice, by))
        .isPresent();
  }

  /** Whether it may be, and how often, is the hub's to decide. */
  private boolean postpone(Place place, Frontend.ShownNotice notice, Duration by) {
    boolean possible = notice.postponableUntil().filter(clock.instant()::isBefore).isPresent();
    if (!possible) {
      LOG.info("{} asks to postpone a restart that cannot be postponed (any more)", place);
      return false;
    }
    LOG.info("{} asks to postpone the restart by {} s", place, by.toSeconds());
    edges.postpone(place, by);
    return true;
  }

  private Place place(String component) {
    return new Place(settings.device(), component);
  }

  /** Begins to take part. Twice is harmless. */
  public synchronized void start() {
    if (started) {
      return;
    }
    started = true;
    sessions.values().forEach(FrontendSession::start);
    edges.open(new Events(), this::connected, questions::wanted);
    long heartbeat = settings.heartbeat().toMillis();
    thread.scheduleAtFixedRate(
        () -> guarded(this::beat), heartbeat, heartbeat, TimeUnit.MILLISECONDS);
    run(this::announceAll);
    LOG.info("the frontend agent looks after {}", sessions.keySet());
  }

  /**
   * After being away others must know at once what is here, and this side what it missed (R108).
   */
  private void connected() {
    run(this::announceAll);
    questions.wanted();
  }

  private void beat() {
    announceAll();
    sessions.values().forEach(FrontendSession::tick);
  }

  private void announceAll() {
    List<Announcement> all = announcements();
    all.forEach(edges::heartbeat);
    report(all);
    for (Announcement one : all) {
      String component = one.place().component();
      boolean startedAgain =
          one.running() && Boolean.FALSE.equals(ran.put(component, one.running()));
      show(sessions.get(component), startedAgain);
      if (startedAgain) {
        sessions.get(component).showStoreAgain();
      }
    }
  }

  private void announce(String component) {
    edges.announce(announcement(component));
    report(announcements());
  }

  private void report(List<Announcement> all) {
    if (settings.reports()) {
      edges.report(all, surroundings.plannedOn(settings.device()));
    }
  }

  private List<Announcement> announcements() {
    return sessions.keySet().stream().map(this::announcement).toList();
  }

  private Announcement announcement(String component) {
    Optional<String> trouble = health.trouble(component);
    // Whoever starts it knows better why it is not there than an agent that finds it missing. One
    // that speaks for itself knows best, and what others say of it may be its own word.
    return new Announcement(
        place(component),
        settings.own().get(component),
        installed.installed(component),
        trouble.isEmpty(),
        trouble
            .map(seen -> settings.reports() ? told.getOrDefault(component, seen) : seen)
            .orElse(""),
        false);
  }

  private void show(FrontendSession session, boolean again) {
    session.show(surroundings.next(session.place()), again);
  }

  private void run(Runnable task) {
    try {
      thread.execute(() -> guarded(task));
    } catch (RejectedExecutionException closed) {
      LOG.debug("nothing is done any more: the agent is closed");
    }
  }

  /** A heartbeat that fails once must not be the last. */
  private static void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException defect) {
      LOG.error("the frontend agent could not do its work", defect);
    }
  }

  @Override
  public synchronized void close() {
    edges.close();
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("the frontend agent is still busy; it is left behind");
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
    if (started) {
      sessions.keySet().forEach(this::leave);
      started = false;
    }
    sessions.values().forEach(FrontendSession::close);
    hook.close();
  }

  private void leave(String component) {
    edges.announce(
        new Announcement(
            place(component),
            settings.own().get(component),
            installed.installed(component),
            false,
            "",
            true));
  }

  /** What is heard; returns at once, as the bus wants it. */
  private final class Events implements AgentEvents {
    @Override
    public void prepareAsked(Frontend.Request request, PrepareAnswer answer) {
      sessions.values().forEach(session -> session.prepare(request, answer));
    }

    @Override
    public void drainAsked(Frontend.Request request, DrainAnswer answer) {
      Place restarting = new Place(request.device(), request.component());
      for (FrontendSession session : sessions.values()) {
        if (surroundings.concerns(restarting, session.place())) {
          session.drain(request, restarting.equals(session.place()), answer);
        }
      }
    }

    @Override
    public void announced(Place place, ComponentSettings.Role role) {
      surroundings.announced(place, role);
    }

    @Override
    public void noticed(Notice notice) {
      if (surroundings.noticed(notice)) {
        sessions.values().forEach(session -> show(session, false));
        run(() -> report(announcements()));
      }
    }

    @Override
    public void inStore(List<Frontend.StoreNotice> notices) {
      sessions.forEach(
          (component, session) ->
              session.showStore(
                  notices.stream()
                      .filter(notice -> notice.component().equals(component))
                      .findFirst()));
    }

    @Override
    public void stepped(String jobId, Place place, Drained.Step step) {
      sessions.values().forEach(session -> session.stepped(jobId, place, step));
    }

    @Override
    public void ended(String jobId, Place place) {
      sessions.values().forEach(session -> session.ended(jobId, place));
    }

    @Override
    public void slotsChanged(Place place) {
      if (place.device().equals(settings.device()) && sessions.containsKey(place.component())) {
        run(() -> announce(place.component()));
      }
    }

    @Override
    public void stateAsked(StateAnswer answer) {
      if (settings.reports()) {
        run(() -> answer.give(announcements(), surroundings.plannedOn(settings.device())));
      }
    }

    @Override
    public void told(Place place, String problem) {
      String component = place.component();
      if (!place.device().equals(settings.device()) || !sessions.containsKey(component)) {
        return;
      }
      if (problem.isEmpty()) {
        told.remove(component);
      } else if (!problem.equals(told.put(component, problem))) {
        run(() -> announce(component));
      }
    }

    @Override
    public void reported() {
      questions.answered();
    }

    @Override
    public void heard(String source, java.time.Instant sentAt) {
      surroundings.heard(source, sentAt);
    }
  }
}
