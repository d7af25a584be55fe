package dev.lockstep.atomicupdates.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.Reports;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.DownloadComplete;
import dev.lockstep.protocol.v1.DownloadOutcome;
import dev.lockstep.protocol.v1.DownloadProgress;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallPhase;
import dev.lockstep.protocol.v1.InstallProgress;
import dev.lockstep.protocol.v1.LogLine;
import dev.lockstep.protocol.v1.RestartRequired;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.protocol.version.VersionRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BusReportsTest {
  private static final ReleaseVersion V1 = ReleaseVersion.parse("1.0.0");
  private static final ReleaseVersion V11 = ReleaseVersion.parse("1.1.0");
  private final InMemoryBroker broker = InMemoryBroker.deterministic(1);
  private final List<String> log = new ArrayList<>();
  private final Bus observer = broker.connect("observer");
  private final FakeDevice device =
      new FakeDevice("kiosk-1", "kiosk-ui", Map.of("backend", new VersionRange("^1.0.0")), log);
  private BusEdges edges;
  private Reports reports;

  @BeforeEach
  void connect() {
    edges =
        new BusEdges(
            TestSettings.device("kiosk-1", "kiosk-ui", Role.FRONTEND),
            broker.connect("kiosk-1", dev.lockstep.protocol.Role.DEVICE),
            broker.clock(),
            until -> {},
            Runnable::run);
    reports = edges.reports();
    device.reportTo(reports);
  }

  @AfterEach
  void close() {
    edges.close();
    broker.close();
  }

  @Test
  @Tag("R5")
  void downloadProgress_resumesFurtherBack_percentNeverGoesDown() {
    List<DownloadProgress> seen = new ArrayList<>();
    observer.subscribe(Topics.DOWNLOAD_PROGRESS, message -> seen.add(message.payload()));
    reports.downloadProgress("job-1", "kiosk-ui", V11, 50, 100, 10);
    reports.downloadProgress("job-1", "kiosk-ui", V11, 20, 100, 10);
    reports.downloadProgress("job-1", "kiosk-ui", V11, 100, 100, 10);
    broker.deliver();
    assertThat(seen).extracting(DownloadProgress::getPercent).containsExactly(50, 50, 100);
    assertThat(seen.get(0).getBytesDone()).isEqualTo(50);
    assertThat(seen.get(0).getBytesTotal()).isEqualTo(100);
    assertThat(seen.get(0).getSecondsLeft()).isEqualTo(5);
  }

  @Test
  @Tag("R72")
  void downloadComplete_everyEnd_hasItsOwnOutcomeOnTheWire() {
    List<DownloadComplete> seen = new ArrayList<>();
    observer.subscribe(Topics.DOWNLOAD_COMPLETE, message -> seen.add(message.payload()));
    reports.downloadComplete("job-1", "kiosk-ui", V11, 100, null);
    for (ErrorCode code :
        List.of(ErrorCode.ERROR_CODE_DOWNLOAD_CANCELLED, ErrorCode.ERROR_CODE_DISK_FULL)) {
      reports.downloadComplete(
          "job-1",
          "kiosk-ui",
          V11,
          50,
          new AtomicUpdatesException.Staging(
              code, ErrorCategory.ERROR_CATEGORY_OPERATOR, "cannot x: y; do z", null));
    }
    broker.deliver();
    assertThat(seen)
        .extracting(DownloadComplete::getOutcome)
        .containsExactly(
            DownloadOutcome.DOWNLOAD_OUTCOME_COMPLETED,
            DownloadOutcome.DOWNLOAD_OUTCOME_CANCELLED,
            DownloadOutcome.DOWNLOAD_OUTCOME_FAILED);
    assertThat(seen).extracting(DownloadComplete::getStaged).containsExactly(true, false, false);
  }

  @Test
  @Tag("R8")
  @Tag("R113")
  void installProgress_everyPhase_hasItsNameOnTheWire() {
    List<InstallProgress> seen = new ArrayList<>();
    observer.subscribe(Topics.INSTALL_PROGRESS, message -> seen.add(message.payload()));
    for (Reports.Phase phase : Reports.Phase.values()) {
      reports.installProgress("job-1", "kiosk-ui", V11, phase, 10, null);
    }
    broker.deliver();
    assertThat(seen)
        .extracting(message -> message.getPhase().name())
        .containsExactlyElementsOf(
            java.util.Arrays.stream(Reports.Phase.values())
                .map(phase -> "INSTALL_PHASE_" + phase)
                .toList());
    assertThat(seen).noneMatch(one -> one.getPhase() == InstallPhase.INSTALL_PHASE_BARRIER);
  }

  @Test
  @Tag("R11")
  @Tag("R16")
  void installAnswered_anOldJobsEndIsAskedForAgain_noNoticeIsWithdrawn() {
    List<RestartScheduled> notices = new ArrayList<>();
    List<InstallComplete> ends = new ArrayList<>();
    observer.subscribe(Topics.RESTART_SCHEDULED, message -> notices.add(message.payload()));
    observer.subscribe(Topics.INSTALL_COMPLETE, message -> ends.add(message.payload()));
    Reports.InstallResult old =
        new Reports.InstallResult(
            "job-1",
            "kiosk-ui",
            V1,
            V11,
            Reports.Outcome.COMMITTED,
            null,
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            List.of());
    reports.installComplete(old);
    broker.deliver();
    assertThat(notices).singleElement().matches(RestartScheduled::getCancelled);

    reports.installAnswered(old);
    broker.deliver();
    assertThat(ends).hasSize(2);
    assertThat(notices).as("that of another job may be shown").hasSize(1);
  }

  @Test
  @Tag("R10")
  void restartRequired_carriesItsKeySoThatTheNewestReplacesTheOlder() {
    List<Received<RestartRequired>> seen = new ArrayList<>();
    observer.subscribe(Topics.RESTART_REQUIRED, seen::add);
    reports.restartRequired("kiosk-ui", true, V1, V11, "installed, not started");
    broker.deliver();
    assertThat(seen.get(0).attributes()).containsEntry(Attributes.KEY, "kiosk-1/kiosk-ui");
    assertThat(seen.get(0).payload().getRunningVersion()).isEqualTo("1.0.0");
    assertThat(seen.get(0).payload().getInstalledVersion()).isEqualTo("1.1.0");
  }

  @Test
  void logLine_longText_isCut() {
    List<LogLine> seen = new ArrayList<>();
    observer.subscribe(Topics.LOG_LINE, message -> seen.add(message.payload()));
    reports.logLine("job-1", 7, "x".repeat(1_000_000));
    broker.deliver();
    assertThat(seen.get(0).getLine()).isEqualTo(7);
    assertThat(seen.get(0).getText()).hasSizeLessThan(10_000);
  }

  @Test
  @Tag("R12")
  @Tag("R16")
  void announce_onAttachHeartbeatChangeAndReconnect_withTheApisOfTheSignedDescription() {
    List<ComponentAnnounce> seen = new ArrayList<>();
    observer.subscribe(Topics.COMPONENT_ANNOUNCE, message -> seen.add(message.payload()));
    edges.attach(device, Optional.empty());
    broker.deliver();
    assertThat(seen).isNotEmpty();
    ComponentAnnounce announced = seen.get(0);
    assertThat(announced.getVersion()).isEqualTo("1.0.0");
    assertThat(announced.getRequires(0).getVersion()).isEqualTo("^1.0.0");
    assertThat(announced.getHeartbeatSeconds()).isEqualTo(30);

    seen.clear();
    edges.heartbeat();
    broker.deliver();
    assertThat(seen).hasSize(1);

    seen.clear();
    reports.componentChanged("kiosk-ui");
    broker.deliver();
    assertThat(seen).hasSize(1);

    seen.clear();
    broker.stop();
    broker.start();
    broker.advance(Duration.ofSeconds(1));
    assertThat(seen).isNotEmpty();

    seen.clear();
    edges.leaving();
    broker.deliver();
    assertThat(seen).singleElement().matches(ComponentAnnounce::getLeaving);
  }

  @Test
  void heartbeat_manyParticipants_soonSaysTheUnchangedOnceInAMinute() {
    edges.attach(device, Optional.empty());
    broker.deliver();
    List<ComponentAnnounce> seen = new ArrayList<>();
    observer.subscribe(Topics.COMPONENT_ANNOUNCE, message -> seen.add(message.payload()));
    broker.deliver();
    seen.clear();
    broker.pace(Duration.ofSeconds(60));
    for (int beat = 0; beat < 30; beat++) {
      edges.heartbeat();
      broker.advance(Duration.ofSeconds(10));
    }
    assertThat(seen).as("the first was said before; then one a minute").hasSize(11 + 3);
    assertThat(seen.subList(0, 10))
        .extracting(ComponentAnnounce::getHeartbeatSeconds)
        .containsOnly(30);
    assertThat(seen.subList(10, 14))
        .extracting(ComponentAnnounce::getHeartbeatSeconds)
        .containsOnly(180);

    seen.clear();
    reports.componentChanged("kiosk-ui");
    broker.deliver();
    assertThat(seen).as("what happened is said at once").hasSize(1);
  }
}
