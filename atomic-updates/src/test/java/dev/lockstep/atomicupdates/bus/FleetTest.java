package dev.lockstep.atomicupdates.bus;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.bus.memory.Faults;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.Api;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.DeviceInstruction;
import dev.lockstep.protocol.v1.DownloadCancel;
import dev.lockstep.protocol.v1.DownloadComplete;
import dev.lockstep.protocol.v1.DownloadOutcome;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.InstallPhase;
import dev.lockstep.protocol.v1.InstallProgress;
import dev.lockstep.protocol.v1.Instruction;
import dev.lockstep.protocol.v1.JobState;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.RevertRequest;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class FleetTest {

  @Test
  @Tag("R88")
  @Tag("R106")
  @Tag("R107")
  @Tag("R164")
  void installRequest_threeDevicesOverTheBus_backendIsInstalledFirst() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      List<InstallProgress> progress = new ArrayList<>();
      fleet.observer.subscribe(Topics.INSTALL_PROGRESS, message -> progress.add(message.payload()));
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));

      assertThat(fleet.log)
          .containsExactly(
              "stage backend 1.1.0 on hub",
              "stage kiosk-ui 1.1.0 on kiosk-1",
              "stage kiosk-ui 1.1.0 on kiosk-2",
              "install backend 1.1.0 on hub",
              "install kiosk-ui 1.1.0 on kiosk-1",
              "install kiosk-ui 1.1.0 on kiosk-2");
      assertThat(fleet.ends()).containsExactly("job-1 COMMITTED");
      assertThat(progress.get(0).getPhase()).isEqualTo(InstallPhase.INSTALL_PHASE_BARRIER);
      assertThat(progress.get(0).getMessage()).contains("kiosk-ui on kiosk-2");
    }
  }

  @Test
  @Tag("R9")
  @Tag("R6")
  void installRequest_committed_eachEndIsToldOncePerDeviceAndOnceForAll() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      List<DownloadComplete> downloads = new ArrayList<>();
      fleet.observer.subscribe(
          Topics.DOWNLOAD_COMPLETE, message -> downloads.add(message.payload()));
      fleet.publish(Topics.DOWNLOAD_REQUEST, download("job-1", "hub", "backend"));
      fleet.pass(Duration.ofSeconds(1));
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));

      assertThat(fleet.seen).hasSize(4);
      assertThat(downloads).filteredOn(one -> one.getDevice().equals("hub")).hasSize(1);
    }
  }

  @Test
  @Tag("R106")
  void installRequest_backendFails_frontendsAreNotTouched() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.backend.nextInstall(Outcome.REVERTED);
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));

      assertThat(fleet.ends()).containsExactly("job-1 REVERTED");
      assertThat(fleet.log).noneMatch(line -> line.startsWith("install kiosk-ui"));
      assertThat(fleet.kiosk1.active()).hasToString("1.0.0");
    }
  }

  @Test
  @Tag("R26")
  void installRequest_frontendFailsThatNeedsTheOldBackend_everythingGoesBack() {
    try (Fleet fleet = new Fleet(1, "<1.1.0")) {
      fleet.kiosk2.nextInstall(Outcome.REVERTED);
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));

      assertThat(fleet.ends()).containsExactly("job-1 REVERTED");
      assertThat(fleet.log).endsWith("revert kiosk-ui on kiosk-1", "revert backend on hub");
      assertThat(fleet.backend.active()).hasToString("1.0.0");
      assertThat(fleet.kiosk1.active()).hasToString("1.0.0");
    }
  }

  @Test
  @Tag("R16")
  @Tag("R106")
  void installRequest_messagesAreLostDoubledAndReordered_endsCommittedBackendFirst() {
    for (long seed = 0; seed < 20; seed++) {
      try (Fleet fleet = new Fleet(seed, "^1.0.0")) {
        fleet.broker.faults(
            Faults.NONE.losing(0.3).doubling(0.3).reordering(0.2).delaying(Duration.ofMillis(20)));
        // A catch-up may end before the end of this one is heard; who asks again hears it.
        for (int i = 0; i < 30 && !fleet.ends().contains("job-1 COMMITTED"); i++) {
          fleet.install("job-1", "1.1.0");
          fleet.pass(Duration.ofSeconds(10));
        }
        // Whoever seemed away, as too many heartbeats were lost, was left behind and catches up.
        for (int i = 0; i < 30 && installs(fleet).size() < 3; i++) {
          fleet.pass(Duration.ofSeconds(10));
        }
        assertThat(fleet.ends()).as("seed %d", seed).contains("job-1 COMMITTED");
        assertThat(installs(fleet))
            .as("seed %d", seed)
            .hasSize(3)
            .first()
            .isEqualTo("install backend 1.1.0 on hub");
      }
    }
  }

  private static List<String> installs(Fleet fleet) {
    return fleet.log.stream().filter(line -> line.startsWith("install")).toList();
  }

  @Test
  @Tag("R97")
  @Tag("R16")
  void installRequest_hubIsKilledAtAnyMoment_theDeploymentGoesOn() {
    for (int after = 0; after < 12; after++) {
      try (Fleet fleet = new Fleet(after, "^1.0.0")) {
        fleet.broker.faults(Faults.NONE.delaying(Duration.ofMillis(40)));
        fleet.install("job-1", "1.1.0");
        fleet.broker.advance(Duration.ofMillis(40L * after));
        fleet.killHub();
        fleet.pass(Duration.ofSeconds(3));
        fleet.startHub();
        // The sender has seen no answer yet, or asks again to be sure.
        fleet.install("job-1", "1.1.0");
        fleet.pass(Duration.ofSeconds(30));

        assertThat(fleet.ends()).as("killed after %d", after).contains("job-1 COMMITTED");
        assertThat(fleet.keptJobs("hub"))
            .as("killed after %d", after)
            .isNotEmpty()
            .allMatch(JobState::getFinished);
        assertThat(fleet.log)
            .as("killed after %d", after)
            .filteredOn(line -> line.startsWith("install"))
            .containsExactly(
                "install backend 1.1.0 on hub",
                "install kiosk-ui 1.1.0 on kiosk-1",
                "install kiosk-ui 1.1.0 on kiosk-2");
      }
    }
  }

  @Test
  @Tag("R108")
  void announce_frontendWasUnpluggedDuringTheDeployment_catchesUpOnReturn() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.broker.disconnect("kiosk-2");
      fleet.pass(Duration.ofSeconds(40));
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(40));
      assertThat(fleet.ends()).containsExactly("job-1 COMMITTED");
      assertThat(fleet.kiosk2.active()).hasToString("1.0.0");

      fleet.broker.reconnect("kiosk-2");
      fleet.pass(Duration.ofSeconds(40));
      assertThat(fleet.kiosk2.active()).hasToString("1.1.0");
      assertThat(fleet.ends()).containsExactly("job-1 COMMITTED", "own-1 COMMITTED");
    }
  }

  @Test
  @Tag("R96")
  void installRequest_deviceIsBusyWithSomethingElse_isAskedAgain() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.kiosk1.busy(2);
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));
      assertThat(fleet.ends()).isEmpty();
      fleet.pass(Duration.ofSeconds(30));
      assertThat(fleet.ends()).containsExactly("job-1 COMMITTED");
      assertThat(fleet.kiosk1.active()).hasToString("1.1.0");
    }
  }

  @Test
  @Tag("R16")
  void installRequest_brokerIsAwayForAMinute_healsByItself() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.install("job-1", "1.1.0");
      fleet.broker.stop();
      fleet.pass(Duration.ofMinutes(1));
      fleet.broker.start();
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofMinutes(1));
      assertThat(fleet.ends()).contains("job-1 COMMITTED");
    }
  }

  @Test
  @Tag("R91")
  void revertRequest_everyDevice_goesBack() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));
      fleet.publish(
          Topics.REVERT_REQUEST,
          RevertRequest.newBuilder().setJobId("back").setComponent("kiosk-ui").build());
      fleet.pass(Duration.ofSeconds(60));
      assertThat(fleet.ends()).containsExactly("job-1 COMMITTED", "back REVERTED");
      assertThat(fleet.kiosk1.active()).hasToString("1.0.0");
      assertThat(fleet.kiosk2.active()).hasToString("1.0.0");
    }
  }

  @Test
  @Tag("R12")
  @Tag("R165")
  void stateRequest_lateJoiner_getsComponentsAndDeploymentsCorrelated() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));
      List<StateReport> reports = new ArrayList<>();
      fleet.observer.subscribe(
          Topics.STATE_REPORT,
          message -> {
            if ("ask-1".equals(message.attributes().get(Attributes.CORRELATION_ID))) {
              assertThat(message.attributes()).containsEntry(Attributes.REPLY_TO, "me");
              reports.add(message.payload());
            }
          });
      fleet.observer.publish(
          Topics.STATE_REQUEST,
          StateRequest.newBuilder().addDevices("hub").build(),
          Map.of(Attributes.CORRELATION_ID, "ask-1", Attributes.REPLY_TO, "me"));
      fleet.pass(Duration.ofSeconds(1));

      assertThat(reports).hasSize(1);
      assertThat(reports.get(0).getComponents(0).getVersion()).isEqualTo("1.1.0");
      assertThat(reports.get(0).getJobs(0).getJobId()).isEqualTo("job-1");
      assertThat(reports.get(0).getJobs(0).getState()).isEqualTo("COMMITTED");
    }
  }

  @Test
  void downloadRequest_offerForSeveralDevices_eachStagesItsOwnOnly() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      fleet.publish(Topics.DOWNLOAD_REQUEST, download("job-1", "kiosk-2", "kiosk-ui"));
      fleet.publish(Topics.DOWNLOAD_CANCEL, DownloadCancel.newBuilder().setJobId("job-1").build());
      fleet.pass(Duration.ofSeconds(1));
      assertThat(fleet.log)
          .containsExactly(
              "stage kiosk-ui 1.1.0 on kiosk-2",
              "cancel job-1 on hub",
              "cancel job-1 on kiosk-1",
              "cancel job-1 on kiosk-2");
    }
  }

  @Test
  @Tag("R7")
  void downloadRequest_componentIsNotOnThatDevice_isReportedAsFailed() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      List<DownloadComplete> ends = new ArrayList<>();
      fleet.observer.subscribe(Topics.DOWNLOAD_COMPLETE, message -> ends.add(message.payload()));
      fleet.publish(Topics.DOWNLOAD_REQUEST, download("job-1", "kiosk-2", "backend"));
      fleet.pass(Duration.ofSeconds(1));
      assertThat(fleet.log).isEmpty();
      assertThat(ends).hasSize(1);
      assertThat(ends.get(0).getOutcome()).isEqualTo(DownloadOutcome.DOWNLOAD_OUTCOME_FAILED);
      assertThat(ends.get(0).getError().getMessage()).contains("has no such component");
    }
  }

  @Test
  @Tag("R15")
  @Tag("R150")
  void anyTopic_hostileContent_isDroppedOrRefusedAndEverythingLives() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      String huge = "x".repeat(100_000);
      for (String evil : List.of("", "../../etc", "a/b", ".", "-rf", huge, "a\nb", "\u0000")) {
        fleet.install(evil, "1.1.0");
        fleet.install("bad-version", evil);
        fleet.publish(Topics.DOWNLOAD_REQUEST, download("dl", "hub", evil));
        fleet.publish(Topics.DOWNLOAD_REQUEST, download(evil, "hub", "backend"));
        fleet.publish(Topics.DOWNLOAD_CANCEL, DownloadCancel.newBuilder().setJobId(evil).build());
        fleet.publish(
            Topics.REVERT_REQUEST,
            RevertRequest.newBuilder().setJobId("r").setComponent(evil).build());
        fleet.publish(Topics.DEVICE_INSTRUCTION, instruction(evil, "backend", "1.1.0"));
        fleet.publish(Topics.DEVICE_INSTRUCTION, instruction("i", evil, "1.1.0"));
        fleet.publish(Topics.DEVICE_INSTRUCTION, instruction("i", "backend", evil));
        fleet.publish(Topics.COMPONENT_ANNOUNCE, announcement(evil, "1.0.0", ">=1.0.0"));
        fleet.publish(Topics.COMPONENT_ANNOUNCE, announcement("backend", "1.0.0", evil));
      }
      for (var topic : Topics.all()) {
        byte[] name = topic.name().getBytes(StandardCharsets.UTF_8);
        fleet.broker.inject(name, "no protobuf".getBytes(StandardCharsets.UTF_8));
        fleet.broker.inject(name, ByteString.copyFromUtf8("\n\u00ff").toByteArray());
      }
      fleet.pass(Duration.ofSeconds(5));
      assertThat(fleet.log).isEmpty();
      assertThat(fleet.ends()).isNotEmpty().allMatch("bad-version REFUSED"::equals);

      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(5));
      assertThat(fleet.ends()).endsWith("job-1 COMMITTED");
    }
  }

  @Test
  @Tag("R7")
  void deviceInstruction_unknownComponent_isRefusedWithAReasonAndRepeatedTheSame() {
    try (Fleet fleet = new Fleet(1, "^1.0.0")) {
      List<String> answers = new ArrayList<>();
      fleet.observer.subscribe(
          Topics.DEVICE_RESPONSE, message -> answers.add(message.payload().getState().name()));
      fleet.publish(Topics.DEVICE_INSTRUCTION, instruction("i", "kiosk-ui", "1.1.0"));
      fleet.publish(Topics.DEVICE_INSTRUCTION, instruction("i", "kiosk-ui", "1.1.0"));
      fleet.pass(Duration.ofSeconds(1));
      assertThat(answers)
          .containsExactly(
              "INSTRUCTION_STATE_ACCEPTED",
              "INSTRUCTION_STATE_REFUSED",
              "INSTRUCTION_STATE_REFUSED");
    }
  }

  private static DownloadRequest download(String job, String device, String component) {
    return DownloadRequest.newBuilder()
        .setJobId(job)
        .setOffer(
            Offer.newBuilder()
                .setOfferId("offer-1")
                .addReleases(
                    OfferedRelease.newBuilder()
                        .setComponent(component)
                        .setToVersion("1.1.0")
                        .setManifestTarget("stable/x/x-1.1.0.manifest.json")
                        .addDevices(device)))
        .build();
  }

  private static DeviceInstruction instruction(String job, String component, String version) {
    return DeviceInstruction.newBuilder()
        .setJobId(job)
        .setDevice("hub")
        .setInstruction(Instruction.INSTRUCTION_STAGE)
        .setRelease(Fleet.release(component, version))
        .build();
  }

  private static ComponentAnnounce announcement(String component, String version, String range) {
    return ComponentAnnounce.newBuilder()
        .setDevice("kiosk-9")
        .setComponent(component)
        .setRole(ComponentRole.COMPONENT_ROLE_FRONTEND)
        .setVersion(version)
        .addRequires(Api.newBuilder().setName("backend").setVersion(range))
        .build();
  }
}
