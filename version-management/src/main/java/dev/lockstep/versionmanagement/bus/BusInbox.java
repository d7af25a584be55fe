package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.protocol.Topics;
import dev.lockstep.versionmanagement.port.Inbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Hears what concerns version-management, until it is closed. Never blocks the bus. */
public final class BusInbox implements AutoCloseable {
  private final List<Bus.Subscription> subscriptions = new ArrayList<>();

  /**
   * Listens from now on.
   *
   * @param outbox through which requests are answered
   * @param patience silence after which a component is away, at least
   */
  public BusInbox(Bus bus, Inbox inbox, BusOutbox outbox, Duration patience) {
    Publisher publisher = new Publisher(bus);
    CheckRequestIn checks = new CheckRequestIn(inbox, publisher);
    ScheduleRequestIn schedules = new ScheduleRequestIn(inbox, publisher);
    PolicyRequestIn policies = new PolicyRequestIn(inbox, publisher);
    StateRequestIn states = new StateRequestIn(inbox, publisher, outbox.reports());
    HistoryRequestIn histories = new HistoryRequestIn(inbox, publisher, outbox.reports());
    LogRequestIn logs = new LogRequestIn(inbox, publisher, outbox.reports().device());
    ComponentAnnounceIn announcements = new ComponentAnnounceIn(inbox, patience);
    DownloadProgressIn downloads = new DownloadProgressIn(inbox);
    DownloadCompleteIn downloadEnds = new DownloadCompleteIn(inbox);
    InstallProgressIn installs = new InstallProgressIn(inbox);
    InstallCompleteIn installEnds = new InstallCompleteIn(inbox);
    RevertRequestIn reverts = new RevertRequestIn(inbox);
    subscriptions.add(bus.subscribe(Topics.CHECK_REQUEST, checks::accept));
    subscriptions.add(bus.subscribe(Topics.SCHEDULE_REQUEST, schedules::accept));
    subscriptions.add(bus.subscribe(Topics.POLICY_REQUEST, policies::accept));
    subscriptions.add(bus.subscribe(Topics.STATE_REQUEST, states::accept));
    subscriptions.add(bus.subscribe(Topics.HISTORY_REQUEST, histories::accept));
    subscriptions.add(bus.subscribe(Topics.LOG_REQUEST, logs::accept));
    subscriptions.add(bus.subscribe(Topics.COMPONENT_ANNOUNCE, announcements::accept));
    subscriptions.add(bus.subscribe(Topics.DOWNLOAD_PROGRESS, downloads::accept));
    subscriptions.add(bus.subscribe(Topics.DOWNLOAD_COMPLETE, downloadEnds::accept));
    subscriptions.add(bus.subscribe(Topics.INSTALL_PROGRESS, installs::accept));
    subscriptions.add(bus.subscribe(Topics.INSTALL_COMPLETE, installEnds::accept));
    subscriptions.add(bus.subscribe(Topics.REVERT_REQUEST, reverts::accept));
    subscriptions.add(bus.onConnected(outbox::again));
    subscriptions.add(bus.onConnected(inbox::connected));
  }

  @Override
  public void close() {
    subscriptions.forEach(Bus.Subscription::close);
  }
}
