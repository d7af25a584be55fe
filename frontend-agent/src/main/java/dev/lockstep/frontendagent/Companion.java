package dev.lockstep.frontendagent;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.frontendagent.adapter.InstalledReader;
import dev.lockstep.frontendagent.adapter.TokenFile;
import dev.lockstep.frontendagent.bus.AnnounceProducer;
import dev.lockstep.frontendagent.bus.DrainEdge;
import dev.lockstep.frontendagent.bus.PrepareEdge;
import dev.lockstep.frontendagent.bus.StateReportProducer;
import dev.lockstep.frontendagent.domain.Notice;
import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.DrainRequest;
import dev.lockstep.protocol.v1.PrepareRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's work for one frontend. All methods are called on the agent's one worker thread.
 *
 * <p>Between a drain and the restart the frontend's state token is kept in a file, so that it is
 * handed back also when this process is killed meanwhile.
 */
final class Companion {
  private static final Logger LOG = LoggerFactory.getLogger(Companion.class);
  private static final Duration QUICK = Duration.ofSeconds(2);
  // A restart whose end nobody told us about: the frontend is let go on by itself.
  private static final Duration GIVE_BACK_AFTER = Duration.ofSeconds(30);

  private final ComponentSettings component;
  private final String device;
  private final Frontend frontend;
  private final InstalledReader installed;
  private final TokenFile token;
  private final AnnounceProducer announcements;
  private final PrepareEdge prepare;
  private final DrainEdge drain;
  private final Clock clock;
  private Instant giveBackAt;

  Companion(
      Settings settings, ComponentSettings component, Frontend frontend, Bus bus, Clock clock) {
    this.component = component;
    this.device = settings.device().id();
    this.frontend = frontend;
    this.installed = new InstalledReader(settings.device().root().resolve(component.id()));
    this.token =
        new TokenFile(
            settings.device().state().resolve("agent").resolve(component.id() + ".token"));
    this.announcements = new AnnounceProducer(bus, settings);
    this.prepare = new PrepareEdge(bus, device, component.id(), frontend);
    this.drain = new DrainEdge(bus, device, component.id());
    this.clock = clock;
    // What an earlier process left is handed back as soon as the frontend answers.
    this.giveBackAt = clock.instant();
  }

  boolean is(String otherDevice, String otherComponent) {
    return device.equals(otherDevice) && component.id().equals(otherComponent);
  }

  String componentId() {
    return component.id();
  }

  void announce(boolean leaving) {
    announcements.publish(component, installed.read(), frontend.healthy(QUICK), leaving);
  }

  void prepare(Received<PrepareRequest> request, Duration within) {
    prepare.answer(request, within);
  }

  void drain(Received<DrainRequest> request, Duration within) {
    byte[] state = frontend.drain(request.payload().getComponent(), within);
    if (state.length > 0) {
      token.put(state);
    }
    giveBackAt = clock.instant().plus(GIVE_BACK_AFTER);
    drain.answer(request, state);
  }

  /** The restart is over: the frontend gets its token back when it answers. */
  void restartIsOver() {
    giveBackAt = clock.instant();
    giveBack();
  }

  /** Hands a token back that is due; tried again at each heartbeat until the frontend takes it. */
  void giveBack() {
    if (clock.instant().isBefore(giveBackAt)) {
      return;
    }
    Optional<byte[]> state = token.get();
    if (state.isPresent() && frontend.restored(state.get(), QUICK)) {
      token.remove();
      LOG.info("{} has its state back", component.id());
    }
  }

  void show(Notice notice) {
    LOG.info(
        "{} on {} {} at {}",
        notice.component().isEmpty() ? "the update" : notice.component(),
        notice.device().isEmpty() ? "all devices" : notice.device(),
        notice.cancelled() ? "will not restart" : "restarts",
        notice.at());
    frontend.notice(notice, QUICK);
  }

  ComponentState state(StateReportProducer reports) {
    return reports.component(component, installed.read(), frontend.healthy(QUICK));
  }
}
