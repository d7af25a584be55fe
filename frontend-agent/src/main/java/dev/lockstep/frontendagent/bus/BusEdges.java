package dev.lockstep.frontendagent.bus;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Heartbeats;
import dev.lockstep.frontendagent.AgentSettings;
import dev.lockstep.frontendagent.domain.Announcement;
import dev.lockstep.frontendagent.domain.Notice;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.AgentEvents;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The agent's connections to the topics, all in one place. Thread-safe. */
public final class BusEdges implements AutoCloseable {
  private final Bus bus;
  private final String device;
  private final AnnounceProducer announcements;
  private final StateReportProducer reports;
  private final StateRequestProducer questions;
  private final PostponeProducer postponements;
  private final Outlet outlet;
  private final List<Bus.Subscription> subscriptions = new ArrayList<>();

  /** Prepares; nothing is subscribed before {@link #open}. */
  public BusEdges(AgentSettings settings, Bus bus, Clock clock) {
    this.bus = bus;
    this.device = settings.device();
    this.outlet = new Outlet(bus);
    this.announcements =
        new AnnounceProducer(
            settings, outlet, new Heartbeats<>(settings.heartbeat(), () -> pace(settings), clock));
    this.reports = new StateReportProducer(device, outlet, bus::pace, clock);
    this.questions = new StateRequestProducer(outlet);
    this.postponements = new PostponeProducer(bus);
  }

  /**
   * Subscribes.
   *
   * @param connected called whenever the connection is made, also the first time
   * @param lost called when messages did not arrive
   */
  public void open(AgentEvents events, Runnable connected, Runnable lost) {
    PrepareResponseProducer prepared = new PrepareResponseProducer(device, outlet);
    DrainResponseProducer drained = new DrainResponseProducer(device, outlet);
    subscriptions.addAll(
        List.of(
            subscribe(Topics.PREPARE_REQUEST, new PrepareRequestConsumer(events, prepared)),
            subscribe(Topics.DRAIN_REQUEST, new DrainRequestConsumer(events, drained)),
            subscribe(Topics.COMPONENT_ANNOUNCE, new AnnounceConsumer(events)),
            subscribe(Topics.RESTART_SCHEDULED, new RestartScheduledConsumer(events)),
            subscribe(Topics.INSTALL_PROGRESS, new InstallProgressConsumer(events)),
            subscribe(Topics.INSTALL_COMPLETE, new InstallCompleteConsumer(events)),
            subscribe(Topics.DOWNLOAD_COMPLETE, new DownloadCompleteConsumer(events)),
            subscribe(Topics.AVAILABLE, new AvailableConsumer(device, events)),
            subscribe(Topics.STATE_REPORT, new StateReportConsumer(events)),
            subscribe(Topics.STATE_REQUEST, new StateRequestConsumer(device, events, reports)),
            bus.onConnected(reports::again),
            bus.onConnected(announcements::again),
            bus.onConnected(connected),
            bus.onLoss(loss -> lost.run())));
  }

  private <M extends Message> Bus.Subscription subscribe(Topic<M> topic, Bus.Handler<M> handler) {
    return bus.subscribe(topic, new Intake<>(handler));
  }

  /** Somebody waits for the word of one that speaks only for itself, not for that of an agent. */
  private Duration pace(AgentSettings settings) {
    return settings.reports() ? bus.pace() : Duration.ZERO;
  }

  /** Announces a frontend with a heartbeat, if it is due. */
  public void heartbeat(Announcement announcement) {
    announcements.publishIfDue(announcement);
  }

  /** Announces a frontend. */
  public void announce(Announcement announcement) {
    announcements.publish(announcement);
  }

  /** Tells how things stand. */
  public void report(List<Announcement> components, List<Notice> notices) {
    reports.publish(components, notices);
  }

  /** Asks for what is planned to come later. */
  public void postpone(Place place, Duration by) {
    postponements.publish(place, by);
  }

  /** Asks how things stand. */
  public void askState() {
    questions.publish();
  }

  @Override
  public void close() {
    subscriptions.forEach(Bus.Subscription::close);
    subscriptions.clear();
  }
}
