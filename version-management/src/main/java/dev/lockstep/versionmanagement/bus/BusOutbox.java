package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.UpdateAvailable;
import dev.lockstep.versionmanagement.deployment.Deployment;
import dev.lockstep.versionmanagement.domain.CheckAnswer;
import dev.lockstep.versionmanagement.domain.CurrentOffer;
import dev.lockstep.versionmanagement.port.Outbox;
import dev.lockstep.versionmanagement.port.PolicyView;
import dev.lockstep.versionmanagement.port.RestartPlan;
import dev.lockstep.versionmanagement.port.StateView;
import java.time.Clock;
import java.util.Optional;

/** Says everything on the bus. */
public final class BusOutbox implements Outbox {
  private static final String POLICY_KEY = "policy";

  /** No more than the shortest heartbeat that is usual. */
  private static final long REPEATED_SECONDS = 5;

  private final Publisher publisher;
  private final RestartScheduledOut notices;
  private final StateReportOut report;
  private StateReport lastReport;
  private final Optional<Topic<UpdateAvailable>> hostTopic;

  /**
   * Speaks for the version-management of a device.
   *
   * @param hostTopic where users of a host with a topic of its own are told, too
   */
  public BusOutbox(
      Bus bus,
      String device,
      String lockstepVersion,
      Clock clock,
      Optional<Topic<UpdateAvailable>> hostTopic) {
    this.publisher = new Publisher(bus);
    this.hostTopic = hostTopic;
    this.notices = new RestartScheduledOut(clock);
    this.report = new StateReportOut(device, lockstepVersion, notices);
  }

  StateReportOut reports() {
    return report;
  }

  @Override
  public void available(CurrentOffer offer, boolean notify) {
    UpdateAvailable message = AvailableOut.toWire(offer, notify);
    publisher.publish(Topics.AVAILABLE, AvailableOut.KEY, message);
    if (notify) {
      hostTopic.ifPresent(topic -> publisher.publish(topic, message));
    }
  }

  @Override
  public void checked(CheckAnswer answer) {
    publisher.publish(Topics.CHECK_RESPONSE, CheckResponseOut.toWire(answer));
  }

  @Override
  public void requestDownload(Deployment deployment) {
    publisher.publish(Topics.DOWNLOAD_REQUEST, DownloadRequestOut.toWire(deployment));
  }

  @Override
  public void cancelDownload(Deployment deployment) {
    publisher.publish(Topics.DOWNLOAD_CANCEL, DownloadCancelOut.toWire(deployment));
  }

  @Override
  public void requestInstall(Deployment deployment) {
    publisher.publish(Topics.INSTALL_REQUEST, InstallRequestOut.toWire(deployment));
  }

  @Override
  public void restartScheduled(RestartPlan plan) {
    publisher.publish(Topics.RESTART_SCHEDULED, plan.noticeId(), notices.toWire(plan));
  }

  @Override
  public void policy(PolicyView policy) {
    publisher.publish(Topics.POLICY_CHANGED, POLICY_KEY, PolicyChangedOut.toWire(policy));
  }

  @Override
  public synchronized void report(StateView state) {
    StateReport now = report.inShort(state);
    if (lastReport == null || isNews(now)) {
      lastReport = now;
      publisher.publish(Topics.STATE_REPORT, report.key(), now);
    }
  }

  /** The connection was made, and whoever listened may not any more: the next one is news. */
  synchronized void again() {
    lastReport = null;
  }

  /**
   * A thousand devices that come back are no news to each of them; what is none is told again at
   * the next heartbeat.
   */
  private boolean isNews(StateReport now) {
    long seconds = now.getAt().getSeconds() - lastReport.getAt().getSeconds();
    return seconds < 0
        || seconds >= REPEATED_SECONDS
        || !now.toBuilder().setAt(lastReport.getAt()).build().equals(lastReport);
  }
}
