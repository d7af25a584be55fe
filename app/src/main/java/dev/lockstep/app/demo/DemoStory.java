package dev.lockstep.app.demo;

import dev.lockstep.app.command.Answers;
import dev.lockstep.app.command.InstallFollower;
import dev.lockstep.app.command.MessageText;
import dev.lockstep.app.demo.DemoApp.Act;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.CheckResult;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.ScheduleResponse;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** The three acts of the demo, and what must be true after each. */
final class DemoStory {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration INSTALL = Duration.ofMinutes(3);

  private final DemoApp app;
  private final DemoWorkspace workspace;
  private final DemoProcesses processes;
  private final Bus bus;
  private final Narrator narrator;
  private final Observer observer;
  private final InstallFollower follower;
  private final HttpQuestion question = new HttpQuestion();
  private final Sampler sampler;
  private final Verdict verdict;
  private List<DemoRelease> installed = List.of();

  DemoStory(
      DemoApp app,
      DemoWorkspace workspace,
      DemoProcesses processes,
      Bus bus,
      Narrator narrator,
      Verdict verdict) {
    this.app = app;
    this.workspace = workspace;
    this.processes = processes;
    this.bus = bus;
    this.narrator = narrator;
    this.verdict = verdict;
    this.observer = new Observer(bus, narrator);
    this.follower = new InstallFollower(bus, true);
    this.sampler = new Sampler(app, workspace.devices(), question);
  }

  /** Plays all three acts; what was seen is in the verdict. */
  void play() throws IOException, TimeoutException {
    try (sampler) {
      until("all devices are there", this::everyDeviceIsThere);
      initial();
      update();
      bad();
    }
  }

  private void initial() throws IOException, TimeoutException {
    narrator.chapter("1. Everything runs at its first release");
    Instant start = Instant.now();
    List<DemoRelease> releases = publish(Act.INITIAL);
    InstallComplete end = install();
    verdict.check("the deployment is committed", committed(end), MessageText.of(end));
    verdict.everyoneRuns(releases, question);
    for (DemoDevice frontend : workspace.frontends()) {
      waitQuietly(() -> app.talks(frontend, question));
      verdict.check(frontend.id() + " talks to the backend", app.talks(frontend, question), "");
    }
    verdict.rows("first install", releases, start, sampler, observer);
  }

  private void update() throws IOException, TimeoutException {
    narrator.chapter("2. A new release of both: backend first, then the frontends");
    app.putData(workspace.hub(), question);
    long data = app.dataSeen(workspace.hub(), question);
    Instant start = Instant.now();
    List<DemoRelease> releases = publish(Act.UPDATE);
    installed = releases;
    InstallComplete end = install();
    verdict.check("the deployment is committed", committed(end), MessageText.of(end));
    verdict.everyoneRuns(releases, question);
    verdict.backendFirst(releases, start, sampler);
    verdict.announced(start, sampler, observer);
    verdict.dataKept(data, question);
    frontendsTalkAgain();
    verdict.rows("update", releases, start, sampler, observer);
  }

  private void bad() throws IOException, TimeoutException {
    narrator.chapter("3. A backend that starts and is not healthy is reverted");
    app.putData(workspace.hub(), question);
    long data = app.dataSeen(workspace.hub(), question);
    Instant start = Instant.now();
    List<DemoRelease> releases = publish(Act.BAD);
    InstallComplete end = install();
    verdict.check(
        "the deployment is reverted",
        end.getOutcome() == InstallOutcome.INSTALL_OUTCOME_REVERTED,
        MessageText.of(end));
    waitQuietly(() -> app.dataSeen(workspace.hub(), question) >= data);
    verdict.everyoneRuns(installed, question);
    verdict.backendWasTried(start, sampler);
    verdict.dataKept(data, question);
    verdict.frontendsUntouched(start, sampler);
    frontendsTalkAgain();
    verdict.rows("bad release", releases, start, sampler, observer);
  }

  private void frontendsTalkAgain() {
    for (DemoDevice frontend : workspace.frontends()) {
      waitQuietly(() -> app.talks(frontend, question));
      verdict.check(
          frontend.id() + " talks to the backend again", app.talks(frontend, question), "");
    }
  }

  private List<DemoRelease> publish(Act act) throws IOException {
    List<DemoRelease> releases = app.releases(act, workspace.workshop(act.name().toLowerCase()));
    for (DemoRelease release : releases) {
      workspace.publish(release);
      narrator.tell(
          "publisher: signed and published %s %s"
              .formatted(release.component(), release.version()));
    }
    return releases;
  }

  /** Checks, waits for the offer, asks to install it now, and follows it to its end. */
  private InstallComplete install() throws TimeoutException {
    CheckResponse response = check();
    if (response.getResult() != CheckResult.CHECK_RESULT_AVAILABLE) {
      throw new IllegalStateException("cannot go on: " + MessageText.of(response));
    }
    MessageText.of(response).lines().forEach(line -> narrator.tell("hub: " + line));
    ScheduleRequest request =
        ScheduleRequest.newBuilder()
            .setAction(ScheduleRequest.Action.ACTION_NOW)
            .setOfferId(response.getOffer().getOfferId())
            .setRequestedBy("the demo's user")
            .build();
    ScheduleResponse scheduled =
        Answers.await(
                bus.request(
                    Topics.SCHEDULE_REQUEST,
                    request,
                    Topics.SCHEDULE_RESPONSE,
                    RequestOptions.within(PATIENCE)))
            .payload();
    if (!scheduled.getAccepted()) {
      throw new IllegalStateException("cannot go on: " + MessageText.of(scheduled));
    }
    return follower.await(scheduled.getJobId(), INSTALL);
  }

  private CheckResponse check() {
    CheckRequest request =
        CheckRequest.newBuilder().setReason("the demo's publisher has published").build();
    return Answers.await(
            bus.request(
                Topics.CHECK_REQUEST,
                request,
                Topics.CHECK_RESPONSE,
                RequestOptions.within(PATIENCE)))
        .payload();
  }

  private boolean everyDeviceIsThere() {
    try {
      StateReport report =
          Answers.await(
                  bus.request(
                      Topics.STATE_REQUEST,
                      StateRequest.newBuilder().addServices("version-management").build(),
                      Topics.STATE_REPORT,
                      RequestOptions.within(Duration.ofSeconds(2))))
              .payload();
      return report.getComponentsCount() >= workspace.devices().size();
    } catch (BusException.NoAnswer hubStarts) {
      return false;
    }
  }

  private static boolean committed(InstallComplete end) {
    return end.getOutcome() == InstallOutcome.INSTALL_OUTCOME_COMMITTED;
  }

  private void until(String what, BooleanSupplier condition) throws TimeoutException {
    if (!waitQuietly(condition)) {
      List<String> dead = new ArrayList<>(processes.dead());
      throw new TimeoutException(
          "waited %d s and did not see that %s%s"
              .formatted(PATIENCE.toSeconds(), what, dead.isEmpty() ? "" : "; ended: " + dead));
    }
  }

  private boolean waitQuietly(BooleanSupplier condition) {
    Instant giveUp = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(giveUp) && processes.dead().isEmpty()) {
      if (condition.getAsBoolean()) {
        return true;
      }
      pause();
    }
    return condition.getAsBoolean();
  }

  private static void pause() {
    try {
      java.util.concurrent.TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped", stopped);
    }
  }
}
