package dev.lockstep.versionmanagement.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.News;
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

  private final Publisher publisher;
  private final RestartScheduledOut notices;
  private final StateReportOut report;
  private final News<StateReport> reported;
  private final News<UpdateAvailable> offered;
  private final Clock clock;
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
    this.reported = new News<>(bus::pace);
    this.offered = new News<>(bus::pace);
    this.hostTopic = hostTopic;
    this.clock = clock;
    this.notices = new RestartScheduledOut(clock);
    this.report = new StateReportOut(device, lockstepVersion, notices);
  }

  StateReportOut reports() {
    return report;
  }

  @Override
  public void available(CurrentOffer offer, boolean notify) {
    UpdateAvailable message = AvailableOut.toWire(offer, notify);
    if (offered.isNews(message, clock.instant())) {
      publisher.publish(Topics.AVAILABLE, AvailableOut.KEY, AvailableOut.packed(message));
    }
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
  public void report(StateView state) {
    StateReport now = report.inShort(state);
    if (reported.isNews(now.toBuilder().clearAt().build(), clock.instant())) {
      publisher.publish(Topics.STATE_REPORT, report.key(), now);
    }
  }

  /** The connection was made, and whoever listened may not any more: what comes next is news. */
  void again() {
    reported.again();
    offered.again();
  }
}
