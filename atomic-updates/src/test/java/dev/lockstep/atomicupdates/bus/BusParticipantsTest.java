package dev.lockstep.atomicupdates.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.deployment.Announced;
import dev.lockstep.atomicupdates.deployment.Inventory;
import dev.lockstep.atomicupdates.deployment.ManualClock;
import dev.lockstep.atomicupdates.deployment.Site;
import dev.lockstep.atomicupdates.port.Participants.Inhibited;
import dev.lockstep.atomicupdates.port.Participants.RestartNotice;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.config.UpdateSettings.NoAnswer;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DrainRequest;
import dev.lockstep.protocol.v1.DrainResponse;
import dev.lockstep.protocol.v1.Inhibit;
import dev.lockstep.protocol.v1.PrepareRequest;
import dev.lockstep.protocol.v1.PrepareResponse;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class BusParticipantsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final ReleaseVersion V1 = ReleaseVersion.parse("1.0.0");
  private static final ReleaseVersion V11 = ReleaseVersion.parse("1.1.0");

  private final InMemoryBroker broker = InMemoryBroker.threaded();
  private final ManualClock clock = new ManualClock(NOW);
  private final Inventory inventory = new Inventory(clock);
  private final Rounds rounds = new Rounds();
  private final List<Instant> waits = new CopyOnWriteArrayList<>();

  @AfterEach
  void closeBroker() {
    broker.close();
  }

  @Test
  @Tag("R14")
  @Tag("R89")
  void prepare_everybodyIsReady_mayStart() {
    component("kiosk-1", null);
    component("kiosk-2", null);
    assertThat(hub(NoAnswer.DEFER).prepare("job-1", "backend", V11, false)).isEmpty();
  }

  @Test
  @Tag("R14")
  @Tag("R89")
  void prepare_oneComponentInhibits_itsOwnerReasonAndEndAreGiven() {
    component("kiosk-1", null);
    component(
        "kiosk-2",
        Inhibit.newBuilder()
            .setOwner("kiosk-ui")
            .setReason("somebody pays")
            .setUntil(Wire.time(NOW.plusSeconds(60)))
            .build());
    assertThat(hub(NoAnswer.PROCEED).prepare("job-1", "backend", V11, false))
        .contains(new Inhibited("kiosk-ui", "somebody pays", NOW.plusSeconds(60)));
  }

  @Test
  @Tag("R14")
  void prepare_inhibitedForEver_endsAfterADayOrForACriticalReleaseAfterAnHour() {
    component(
        "kiosk-2",
        Inhibit.newBuilder()
            .setReason("never")
            .setUntil(Wire.time(NOW.plusSeconds(1L << 40)))
            .build());
    BusParticipants hub = hub(NoAnswer.PROCEED);
    assertThat(hub.prepare("job-1", "backend", V11, false).orElseThrow().until())
        .isEqualTo(NOW.plus(Duration.ofHours(24)));
    assertThat(hub.prepare("job-2", "backend", V11, true).orElseThrow().until())
        .isEqualTo(NOW.plus(Duration.ofHours(1)));
  }

  @Test
  @Tag("R14")
  @Tag("R89")
  void prepare_frontendElsewhereInhibitsAFrontend_isToldButCannotPutItOff() {
    Inhibit busy =
        Inhibit.newBuilder()
            .setReason("somebody pays")
            .setUntil(Wire.time(NOW.plusSeconds(60)))
            .build();
    component("kiosk-1", null);
    component("kiosk-2", busy);
    announce("kiosk-3", Duration.ofSeconds(30));
    List<String> told = new CopyOnWriteArrayList<>();
    broker
        .connect("kiosk-2b")
        .subscribe(Topics.PREPARE_REQUEST, message -> told.add(message.payload().getDevice()));
    BusParticipants kiosk1 = participants("kiosk-1", "kiosk-ui", Role.FRONTEND, NoAnswer.DEFER);
    assertThat(kiosk1.prepare("job-1", "kiosk-ui", V11, false)).isEmpty();
    await().until(() -> told.contains("kiosk-1"));

    BusParticipants kiosk2 = participants("kiosk-2", "kiosk-ui", Role.FRONTEND, NoAnswer.PROCEED);
    assertThat(kiosk2.prepare("job-1", "kiosk-ui", V11, false)).isPresent();
  }

  @Test
  @Tag("R14")
  void prepare_backendThatAFrontendDoesNotUse_cannotBePutOffByIt() {
    component("kiosk-2", Inhibit.newBuilder().setReason("busy").build());
    inventory.update(dev.lockstep.atomicupdates.deployment.Steps.backend(V1));
    assertThat(hub(NoAnswer.PROCEED).prepare("job-1", "backend", V11, false))
        .as("it does not say what it uses")
        .isPresent();
    inventory.update(
        new Announced(
            new Site("kiosk-2", "kiosk-ui"),
            Role.FRONTEND,
            V1,
            Map.of(),
            Map.of("payments", new dev.lockstep.protocol.version.VersionRange("^1.0.0")),
            Set.of(Announced.PREPARE),
            Duration.ofSeconds(30),
            false));
    assertThat(hub(NoAnswer.DEFER).prepare("job-2", "backend", V11, false)).isEmpty();
  }

  @Test
  @Tag("R14")
  void prepare_silence_followsThePolicy() {
    announce("kiosk-1", Duration.ofSeconds(30));
    assertThat(hub(NoAnswer.PROCEED).prepare("job-1", "backend", V11, false)).isEmpty();
    Optional<Inhibited> deferred = hub(NoAnswer.DEFER).prepare("job-1", "backend", V11, false);
    assertThat(deferred).isPresent();
    assertThat(deferred.get().reason()).contains("no answer");
  }

  @Test
  @Tag("R14")
  void prepare_componentIsAway_isNotWaitedFor() {
    announce("kiosk-1", Duration.ofSeconds(1));
    clock.advance(Duration.ofSeconds(2));
    assertThat(hub(NoAnswer.DEFER).prepare("job-1", "backend", V11, false)).isEmpty();
  }

  @Test
  @Tag("R16")
  void prepare_firstQuestionIsLost_isAskedAgain() {
    announce("kiosk-1", Duration.ofSeconds(30));
    Bus bus = broker.connect("kiosk-1");
    AtomicInteger asked = new AtomicInteger();
    bus.subscribe(
        Topics.PREPARE_REQUEST,
        request -> {
          if (asked.incrementAndGet() == 2) {
            bus.reply(request, Topics.PREPARE_RESPONSE, ready("kiosk-1", request.payload()));
          }
        });
    assertThat(hub(NoAnswer.DEFER).prepare("job-1", "backend", V11, false)).isEmpty();
  }

  @Test
  @Tag("R104")
  void drain_backend_asksAllFrontendsAndWaitsForThem() {
    List<DrainRequest> drained = new CopyOnWriteArrayList<>();
    drainer("kiosk-1", drained);
    drainer("kiosk-2", drained);
    hub(NoAnswer.PROCEED).drain("job-1", "backend");
    // On a busy machine they are asked again.
    assertThat(drained)
        .hasSizeGreaterThanOrEqualTo(2)
        .allMatch(one -> one.getComponent().equals("backend"));
  }

  @Test
  @Tag("R104")
  void drain_silence_endsAtTheDeadline() {
    announce("kiosk-1", Duration.ofSeconds(30));
    long start = System.nanoTime();
    hub(NoAnswer.PROCEED).drain("job-1", "backend");
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(20));
  }

  @Test
  @Tag("R105")
  void drain_frontend_waitsForThatComponentOnly() {
    announce("kiosk-2", Duration.ofSeconds(30));
    List<DrainRequest> drained = new CopyOnWriteArrayList<>();
    drainer("kiosk-1", drained);
    Duration deadline = Duration.ofSeconds(60);
    long start = System.nanoTime();
    participants("kiosk-1", "kiosk-ui", Role.FRONTEND, NoAnswer.PROCEED, deadline)
        .drain("job-1", "kiosk-ui");
    // On a busy machine it is asked again.
    assertThat(drained).isNotEmpty();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(deadline);
  }

  @Test
  @Tag("R11")
  @Tag("R112")
  void announceRestart_noticeIsSentBeforeTheWaitAndWithdrawnAfterTheInstall() {
    List<RestartScheduled> notices = new CopyOnWriteArrayList<>();
    broker
        .connect("observer")
        .subscribe(Topics.RESTART_SCHEDULED, message -> notices.add(message.payload()));
    BusParticipants hub = hub(NoAnswer.PROCEED);

    hub.announceRestart(new RestartNotice("job-1", "backend", V1, V11, "update"));
    await().until(() -> notices.size() == 1);
    RestartScheduled notice = notices.get(0);
    assertThat(waits).containsExactly(NOW.plusSeconds(10));
    assertThat(notice.getPlannedAt()).isEqualTo(Wire.time(NOW.plusSeconds(10)));
    assertThat(notice.getServerTime()).isEqualTo(Wire.time(NOW));
    assertThat(notice.getExpectedDowntime().getSeconds()).isEqualTo(30);
    assertThat(notice.getDevice() + "/" + notice.getComponent()).isEqualTo("hub/backend");
    assertThat(notice.getFromVersion() + " " + notice.getToVersion()).isEqualTo("1.0.0 1.1.0");

    hub.ended(asked("dry", Outcome.DRY_RUN));
    hub.ended(asked("other", Outcome.REFUSED));
    assertThat(notices).as("questions meanwhile end no restart").hasSize(1);
    hub.ended(result(Duration.ofSeconds(2)));
    await().until(() -> notices.size() == 2);
    assertThat(notices.get(1).getCancelled()).isTrue();
    assertThat(notices.get(1).getNoticeId()).isEqualTo(notice.getNoticeId());

    hub.announceRestart(new RestartNotice("job-2", "backend", V11, V1, "back"));
    await().until(() -> notices.size() == 3);
    assertThat(notices.get(2).getExpectedDowntime().getSeconds()).isEqualTo(2);
    assertThat(notices.get(2).getNoticeId()).isNotEqualTo(notice.getNoticeId());
  }

  @Test
  @Tag("R11")
  @Tag("R97")
  void ended_announcedByAProcessThatWasKilled_isWithdrawnForLateJoiners() {
    hub(NoAnswer.PROCEED).announceRestart(new RestartNotice("job-1", "backend", V1, V11, "update"));
    BusParticipants next = hub(NoAnswer.DEFER);
    List<RestartScheduled> notices = new CopyOnWriteArrayList<>();
    broker
        .connect("observer")
        .subscribe(Topics.RESTART_SCHEDULED, message -> notices.add(message.payload()));
    await().until(() -> notices.size() == 1);

    next.ended(asked("refused before anything was announced", Outcome.REFUSED));
    next.ended(result(Duration.ofSeconds(2)));

    await().until(() -> notices.size() == 2);
    assertThat(notices.get(1).getCancelled()).isTrue();
    assertThat(notices.get(1).getNoticeId()).isEqualTo(notices.get(0).getNoticeId());
  }

  @Test
  void prepare_threadIsInterrupted_saysNotNowAndStaysInterrupted() {
    announce("kiosk-1", Duration.ofSeconds(30));
    Thread.currentThread().interrupt();
    Optional<Inhibited> answer = hub(NoAnswer.PROCEED).prepare("job-1", "backend", V11, false);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(answer).isPresent();
  }

  private static InstallResult asked(String job, Outcome outcome) {
    return new InstallResult(
        job, "backend", V1, V11, outcome, null, Duration.ZERO, Duration.ZERO, List.of());
  }

  private static InstallResult result(Duration downtime) {
    return new InstallResult(
        "job-1", "backend", V1, V11, Outcome.COMMITTED, null, downtime, downtime, List.of());
  }

  private BusParticipants hub(NoAnswer noAnswer) {
    return participants("hub", "backend", Role.BACKEND, noAnswer);
  }

  private BusParticipants participants(
      String device, String component, Role role, NoAnswer noAnswer) {
    return participants(device, component, role, noAnswer, Duration.ofSeconds(1));
  }

  private BusParticipants participants(
      String device, String component, Role role, NoAnswer noAnswer, Duration drainDeadline) {
    Bus bus = broker.connect("updater-" + device + "-" + noAnswer);
    bus.subscribe(Topics.PREPARE_RESPONSE, new PrepareResponseConsumer(rounds, clock)::accept);
    bus.subscribe(Topics.DRAIN_RESPONSE, new DrainResponseConsumer(rounds)::accept);
    return new BusParticipants(
        TestSettings.device(
            device, component, role, noAnswer, Path.of("/nonexistent"), drainDeadline),
        inventory,
        rounds,
        new Outlet(bus),
        clock,
        waits::add);
  }

  /** A component that answers prepare at once. */
  private void component(String device, Inhibit inhibit) {
    announce(device, Duration.ofSeconds(30));
    Bus bus = broker.connect(device);
    bus.subscribe(
        Topics.PREPARE_REQUEST,
        request -> {
          PrepareResponse.Builder answer = ready(device, request.payload()).toBuilder();
          if (inhibit != null) {
            answer.setInhibit(inhibit);
          }
          bus.reply(request, Topics.PREPARE_RESPONSE, answer.build());
        });
  }

  private void drainer(String device, List<DrainRequest> drained) {
    announce(device, Duration.ofSeconds(30));
    Bus bus = broker.connect(device);
    bus.subscribe(
        Topics.DRAIN_REQUEST,
        request -> {
          drained.add(request.payload());
          bus.reply(
              request,
              Topics.DRAIN_RESPONSE,
              DrainResponse.newBuilder()
                  .setJobId(request.payload().getJobId())
                  .setDevice(device)
                  .setComponent("kiosk-ui")
                  .setDrained(true)
                  .build());
        });
  }

  private static PrepareResponse ready(String device, PrepareRequest request) {
    return PrepareResponse.newBuilder()
        .setJobId(request.getJobId())
        .setDevice(device)
        .setComponent("kiosk-ui")
        .build();
  }

  private void announce(String device, Duration awayAfter) {
    inventory.update(
        new Announced(
            new Site(device, "kiosk-ui"),
            Role.FRONTEND,
            V1,
            Map.of(),
            Map.of(),
            Set.of(Announced.PREPARE, Announced.DRAIN),
            awayAfter,
            false));
  }
}
