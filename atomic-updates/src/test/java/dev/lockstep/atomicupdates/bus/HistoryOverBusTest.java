package dev.lockstep.atomicupdates.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.JobHistory.Line;
import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.HistoryReport;
import dev.lockstep.protocol.v1.HistoryRequest;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.JobRecord;
import dev.lockstep.protocol.v1.LogReport;
import dev.lockstep.protocol.v1.LogRequest;
import dev.lockstep.protocol.v1.RevertData;
import dev.lockstep.protocol.v1.RevertRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a device tells of its past when it is asked on the bus. */
class HistoryOverBusTest {

  private static List<HistoryReport> ask(Fleet fleet, HistoryRequest request) {
    List<HistoryReport> reports = new ArrayList<>();
    fleet.observer.subscribe(
        Topics.HISTORY_REPORT,
        message -> {
          assertThat(message.correlationId()).isEqualTo("question-1");
          reports.add(message.payload());
        });
    fleet.observer.publish(
        Topics.HISTORY_REQUEST, request, Map.of(Attributes.CORRELATION_ID, "question-1"));
    fleet.broker.deliver();
    return reports;
  }

  @Test
  @Tag("R138")
  void historyRequest_allDevices_eachAnswersAndTheHubTellsDeployments() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));

      List<HistoryReport> reports = ask(fleet, HistoryRequest.getDefaultInstance());

      assertThat(reports)
          .extracting(HistoryReport::getDevice)
          .containsExactlyInAnyOrder("hub", "kiosk-1", "kiosk-2");
      HistoryReport hub =
          reports.stream().filter(one -> one.getDevice().equals("hub")).findFirst().orElseThrow();
      assertThat(hub.getJobsList()).hasSize(1);
      JobRecord deployment = hub.getJobs(0);
      assertThat(deployment.getJob().getJobId()).isEqualTo("job-1");
      assertThat(deployment.getJob().getState()).isEqualTo("COMMITTED");
      assertThat(deployment.getRequestedBy()).isEqualTo("test");
      assertThat(hub.getBackups(0).getProblem()).isEqualTo("gone");
    }
  }

  @Test
  @Tag("R15")
  void historyRequest_forAnotherDeviceServiceOrJob_isNotAnsweredWithMore() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));

      assertThat(ask(fleet, HistoryRequest.newBuilder().addDevices("nobody").build())).isEmpty();
      assertThat(ask(fleet, HistoryRequest.newBuilder().addServices("other").build())).isEmpty();
      assertThat(ask(fleet, HistoryRequest.newBuilder().setJobId("../x").build())).isEmpty();
      assertThat(ask(fleet, HistoryRequest.newBuilder().setJobId("job-2").build()))
          .allMatch(one -> one.getJobsCount() == 0);
    }
  }

  @Test
  @Tag("R123")
  void logRequest_fromALine_getsTheRestWithItsNumbers() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.backend.logs.put(
          "job-1",
          List.of(
              new Line(1, Instant.EPOCH, "one"),
              new Line(2, Instant.EPOCH, "two"),
              new Line(3, Instant.EPOCH, "x".repeat(9_000))));
      List<LogReport> reports = new ArrayList<>();
      fleet.observer.subscribe(Topics.LOG_REPORT, message -> reports.add(message.payload()));
      fleet.publish(
          Topics.LOG_REQUEST,
          LogRequest.newBuilder().setJobId("job-1").setFromLine(2).addDevices("hub").build());

      assertThat(reports).hasSize(1);
      assertThat(reports.get(0).getKnown()).isTrue();
      assertThat(reports.get(0).getLastLine()).isEqualTo(3);
      assertThat(reports.get(0).getLinesList()).hasSize(2);
      assertThat(reports.get(0).getLines(0).getText()).isEqualTo("two");
      assertThat(reports.get(0).getLines(1).getText()).hasSizeLessThan(8_300);
    }
  }

  @Test
  @Tag("R121")
  @Tag("R91")
  void revertRequest_dryRun_eachDeviceSaysItsPlanAndNothingIsDone() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));
      fleet.seen.clear();
      fleet.log.clear();
      fleet.publish(
          Topics.REVERT_REQUEST,
          RevertRequest.newBuilder()
              .setJobId("job-2")
              .setComponent("kiosk-ui")
              .setData(RevertData.REVERT_DATA_RESTORE)
              .setDryRun(true)
              .build());
      fleet.pass(Duration.ofSeconds(5));

      assertThat(fleet.seen)
          .map(InstallComplete.class::cast)
          .hasSize(2)
          .allMatch(one -> one.getOutcome() == InstallOutcome.INSTALL_OUTCOME_DRY_RUN)
          .allMatch(one -> one.getPlan(0).startsWith("data RESTORE"));
      assertThat(fleet.log).isEmpty();
    }
  }

  @Test
  @Tag("R91")
  void revertRequest_withAChoice_reachesTheDevice() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));
      fleet.publish(
          Topics.REVERT_REQUEST,
          RevertRequest.newBuilder()
              .setJobId("job-2")
              .setComponent("kiosk-ui")
              .setData(RevertData.REVERT_DATA_RESTORE)
              .setBackup("backup_1.0.0_20261121_120000")
              .build());
      fleet.pass(Duration.ofSeconds(5));

      assertThat(fleet.ends()).contains("job-2 REVERTED");
      assertThat(fleet.kiosk1.reverts)
          .singleElement()
          .satisfies(
              order ->
                  assertThat(order.data())
                      .isEqualTo(DataOnRevert.restoring("backup_1.0.0_20261121_120000")));
    }
  }
}
