package dev.lockstep.frontendagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Timestamp;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.frontendagent.port.Frontend;
import dev.lockstep.frontendagent.port.FrontendException;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.DrainRequest;
import dev.lockstep.protocol.v1.DrainResponse;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.InstallPhase;
import dev.lockstep.protocol.v1.InstallProgress;
import dev.lockstep.protocol.v1.JobState;
import dev.lockstep.protocol.v1.PrepareRequest;
import dev.lockstep.protocol.v1.PrepareResponse;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrontendAgentTest {
  private static final com.google.protobuf.Duration PATIENCE =
      com.google.protobuf.Duration.newBuilder().setSeconds(5).build();

  @TempDir Path folder;
  private AgentBench bench;
  private List<Received<ComponentAnnounce>> announced;

  @BeforeEach
  void open() throws IOException {
    bench = new AgentBench(folder);
    announced = bench.heard(Topics.COMPONENT_ANNOUNCE);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private DrainResponse drain(String job, String device, String component) throws Exception {
    DrainRequest request =
        DrainRequest.newBuilder()
            .setJobId(job)
            .setDevice(device)
            .setComponent(component)
            .setDeadline(PATIENCE)
            .build();
    return bench
        .hub
        .request(
            Topics.DRAIN_REQUEST,
            request,
            Topics.DRAIN_RESPONSE,
            RequestOptions.within(Duration.ofSeconds(10)))
        .get(10, TimeUnit.SECONDS)
        .payload();
  }

  private void progress(String job, String device, String component, InstallPhase phase) {
    bench.hub.publish(
        Topics.INSTALL_PROGRESS,
        InstallProgress.newBuilder()
            .setJobId(job)
            .setDevice(device)
            .setComponent(component)
            .setPhase(phase)
            .build());
  }

  private void end(String job, String device, String component, InstallOutcome outcome) {
    bench.hub.publish(
        Topics.INSTALL_COMPLETE,
        InstallComplete.newBuilder()
            .setJobId(job)
            .setDevice(device)
            .setComponent(component)
            .setOutcome(outcome)
            .build());
  }

  private Path kept() {
    return folder.resolve("state/frontend-agent/kiosk-ui.drained.json");
  }

  @Test
  void start_announcesOnlyWhatTheAgentSpeaksFor() throws IOException {
    bench.install("1.0.0");
    bench.install("1.1.0");
    bench.install("1.2.0");
    bench.activate("current", "1.1.0");
    bench.activate("previous", "1.0.0");
    bench.start();
    await().until(() -> !announced.isEmpty());
    ComponentAnnounce announce = AgentBench.last(announced);
    assertThat(announce.getDevice()).isEqualTo("kiosk-1");
    assertThat(announce.getComponent()).isEqualTo("kiosk-ui");
    assertThat(announce.getRole()).isEqualTo(ComponentRole.COMPONENT_ROLE_FRONTEND);
    assertThat(announce.getVersion()).isEqualTo("1.1.0");
    assertThat(announce.getPreviousVersion()).isEqualTo("1.0.0");
    assertThat(announce.getStagedVersionsList()).containsExactly("1.2.0");
    assertThat(announce.getCapabilitiesList()).containsExactly("prepare", "drain", "notice");
    assertThat(announce.getRunning()).isTrue();
    assertThat(announce.getHeartbeatSeconds()).isEqualTo(3);
  }

  @Test
  void start_nothingInstalled_announcesEmptyVersion() {
    bench.start();
    await().until(() -> !announced.isEmpty());
    assertThat(AgentBench.last(announced).getVersion()).isEmpty();
  }

  @Test
  void installComplete_onThisDevice_announcesTheNewVersionAtOnce() throws IOException {
    bench.install("1.0.0");
    bench.install("1.1.0");
    bench.activate("current", "1.0.0");
    bench.start();
    await().until(() -> AgentBench.last(announced).getVersion().equals("1.0.0"));
    bench.activate("current", "1.1.0");
    end("job", "kiosk-1", "kiosk-ui", InstallOutcome.INSTALL_OUTCOME_COMMITTED);
    await().until(() -> AgentBench.last(announced).getVersion().equals("1.1.0"));
  }

  @Test
  @Tag("R108")
  void connectedAgain_announcesAndAsksAtOnce() {
    List<Received<StateRequest>> asked = bench.heard(Topics.STATE_REQUEST);
    bench.start();
    await().until(() -> !asked.isEmpty() && !announced.isEmpty());
    bench.broker.stop();
    int before = asked.size();
    bench.broker.start();
    await().until(() -> asked.size() > before);
    assertThat(asked.get(before).payload().getServicesList())
        .contains("version-management", "atomic-updates");
  }

  @Test
  void close_announcesThatItLeaves() {
    bench.start();
    await().until(() -> !announced.isEmpty());
    bench.agent.close();
    await().until(() -> AgentBench.last(announced).getLeaving());
  }

  @Test
  @Tag("R89")
  void prepare_readyOrInhibited_isAnswered() throws Exception {
    bench.start();
    assertThat(prepare().hasInhibit()).isFalse();
    Instant until = Instant.parse("2026-11-21T10:00:00Z");
    bench.frontend.inhibition = Optional.of(new Frontend.Inhibition("till", "paying", until));
    PrepareResponse answer = prepare();
    assertThat(answer.getDevice()).isEqualTo("kiosk-1");
    assertThat(answer.getComponent()).isEqualTo("kiosk-ui");
    assertThat(answer.getInhibit().getReason()).isEqualTo("paying");
    assertThat(answer.getInhibit().getUntil().getSeconds()).isEqualTo(until.getEpochSecond());
    bench.frontend.broken = AgentBench.notUp();
    assertThat(prepare().hasInhibit()).as("what does not run is ready").isFalse();
  }

  private PrepareResponse prepare() throws Exception {
    PrepareRequest request =
        PrepareRequest.newBuilder()
            .setJobId("job")
            .setDevice("hub")
            .setComponent("backend")
            .setDeadline(PATIENCE)
            .build();
    return bench
        .hub
        .request(
            Topics.PREPARE_REQUEST,
            request,
            Topics.PREPARE_RESPONSE,
            RequestOptions.within(Duration.ofSeconds(10)))
        .get(10, TimeUnit.SECONDS)
        .payload();
  }

  @Test
  @Tag("R104")
  void drain_forBackendRestart_goesOnAfterItsCommit() throws Exception {
    bench.start();
    DrainResponse answer = drain("job", "hub", "backend");
    assertThat(answer.getDrained()).isTrue();
    assertThat(answer.getStateToken().toStringUtf8()).isEqualTo("said=17");
    progress("job", "hub", "backend", InstallPhase.INSTALL_PHASE_VERIFY);
    progress("job", "hub", "backend", InstallPhase.INSTALL_PHASE_COMMIT);
    await().until(() -> bench.frontend.states.equals(List.of("said=17")));
    end("job", "hub", "backend", InstallOutcome.INSTALL_OUTCOME_COMMITTED);
    await().until(() -> !Files.exists(kept()));
    assertThat(bench.frontend.states).containsExactly("said=17");
  }

  @Test
  @Tag("R104")
  void drain_endOfInstallWasMissed_goesOnAfterTheStateReport() throws Exception {
    bench.start();
    drain("job", "hub", "backend");
    bench.hub.publish(
        Topics.STATE_REPORT,
        StateReport.newBuilder()
            .setDevice("hub")
            .setService("atomic-updates")
            .addJobs(
                JobState.newBuilder()
                    .setJobId("job")
                    .setKind("install")
                    .setDevice("hub")
                    .setComponent("backend")
                    .setFinished(true))
            .build());
    await().until(() -> bench.frontend.states.equals(List.of("said=17")));
  }

  @Test
  @Tag("R106")
  void drain_forAnotherFrontend_isNotForThisOne() throws Exception {
    bench.start();
    bench.hub.publish(
        Topics.COMPONENT_ANNOUNCE,
        ComponentAnnounce.newBuilder()
            .setDevice("kiosk-2")
            .setComponent("other-ui")
            .setRole(ComponentRole.COMPONENT_ROLE_FRONTEND)
            .build());
    bench.hub.publish(
        Topics.DRAIN_REQUEST,
        DrainRequest.newBuilder()
            .setJobId("job")
            .setDevice("kiosk-2")
            .setComponent("other-ui")
            .setDeadline(PATIENCE)
            .build());
    drain("job", "hub", "backend");
    assertThat(bench.frontend.drains)
        .extracting(Frontend.Request::component)
        .containsExactly("backend");
  }

  @Test
  @Tag("R109")
  void drain_forOwnRestart_newProcessGetsTheSameStateOnceItIsUp() throws Exception {
    bench.start();
    bench.frontend.refusesState = AgentBench.notUp();
    drain("job", "kiosk-1", "kiosk-ui");
    assertThat(kept()).exists();
    progress("job", "kiosk-1", "kiosk-ui", InstallPhase.INSTALL_PHASE_VERIFY);
    await().pollDelay(Duration.ofMillis(300)).until(bench.frontend.states::isEmpty);
    bench.frontend.refusesState = null;
    await().until(() -> bench.frontend.states.equals(List.of("said=17")));
    assertThat(kept()).as("kept for the case of a revert").exists();
    end("job", "kiosk-1", "kiosk-ui", InstallOutcome.INSTALL_OUTCOME_COMMITTED);
    await().until(() -> !Files.exists(kept()));
    assertThat(bench.frontend.states).hasSize(1);
  }

  @Test
  @Tag("R109")
  void drain_thenAgentRestarts_stateIsHandedBack() throws Exception {
    bench.start();
    drain("job", "kiosk-1", "kiosk-ui");
    bench.agent.close();
    assertThat(bench.frontend.states).isEmpty();
    bench.start();
    await().until(() -> bench.frontend.states.equals(List.of("said=17")));
  }

  @Test
  void drain_frontendFails_isToldWithItsError() throws Exception {
    bench.frontend.broken =
        new FrontendException.Failed("ask kiosk-ui for drain", "it answered 500", null);
    bench.start();
    DrainResponse answer = drain("job", "hub", "backend");
    assertThat(answer.getDrained()).isFalse();
    assertThat(answer.getError().getMessage()).contains("500");
  }

  @Test
  @Tag("R112")
  void notice_isShownByTheOwnClockThenWithdrawn() {
    bench.start();
    Instant hubNow = Instant.now();
    bench.hub.publish(Topics.RESTART_SCHEDULED, notice(hubNow, hubNow.plusSeconds(300), false));
    await().until(() -> bench.frontend.notices.size() == 1);
    Frontend.ShownNotice shown = bench.frontend.notices.get(0).orElseThrow();
    assertThat(shown.component()).isEqualTo("backend");
    assertThat(Duration.between(Instant.now(), shown.plannedAt()))
        .isBetween(Duration.ofSeconds(240), Duration.ofSeconds(301));
    bench.hub.publish(
        Topics.RESTART_SCHEDULED, notice(hubNow.plusSeconds(1), hubNow.plusSeconds(300), true));
    await().until(() -> bench.frontend.notices.size() == 2);
    assertThat(bench.frontend.notices.get(1)).isEmpty();
  }

  private static RestartScheduled notice(Instant sent, Instant planned, boolean cancelled) {
    return RestartScheduled.newBuilder()
        .setNoticeId("n")
        .setJobId("job")
        .setDevice("hub")
        .setComponent("backend")
        .setPlannedAt(time(planned))
        .setServerTime(time(sent))
        .setCancelled(cancelled)
        .build();
  }

  private static Timestamp time(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }

  @Test
  @Tag("R112")
  void stateRequest_isAnsweredWithComponentsAndNoticesOfTheOwnDevice() throws Exception {
    bench.start();
    Instant hubNow = Instant.now();
    RestartScheduled ofTheHub = notice(hubNow, hubNow.plusSeconds(60), false);
    bench.hub.publish(
        Topics.RESTART_SCHEDULED,
        ofTheHub.toBuilder()
            .setNoticeId("own")
            .setDevice("kiosk-1")
            .setComponent("kiosk-ui")
            .build());
    await().until(() -> bench.frontend.notices.size() == 1);
    bench.hub.publish(Topics.RESTART_SCHEDULED, ofTheHub);
    StateReport report =
        bench
            .hub
            .request(
                Topics.STATE_REQUEST,
                StateRequest.newBuilder().addServices("frontend-agent").build(),
                Topics.STATE_REPORT,
                RequestOptions.within(Duration.ofSeconds(10)))
            .get(10, TimeUnit.SECONDS)
            .payload();
    assertThat(report.getService()).isEqualTo("frontend-agent");
    assertThat(report.getComponentsList()).hasSize(1);
    assertThat(report.getNoticesList())
        .extracting(RestartScheduled::getNoticeId)
        .containsExactly("own");
  }

  @Test
  void malformedNotice_isDroppedAndTheAgentLives() throws Exception {
    bench.start();
    bench.hub.publish(Topics.RESTART_SCHEDULED, RestartScheduled.getDefaultInstance());
    bench.hub.publish(
        Topics.DRAIN_REQUEST,
        DrainRequest.newBuilder().setDevice("d".repeat(5000)).setComponent("backend").build());
    assertThat(prepare().getComponent()).isEqualTo("kiosk-ui");
    assertThat(bench.frontend.drains).isEmpty();
  }
}
