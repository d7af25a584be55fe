package dev.lockstep.atomicupdates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.bus.TestDevices;
import dev.lockstep.atomicupdates.deployment.MemoryJournal;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.tuf.Fetcher;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicUpdatesTest {
  private final List<String> log = new CopyOnWriteArrayList<>();

  @Test
  @Tag("R127")
  @Tag("R106")
  @Tag("R107")
  void start_hubAndFrontendOnThreads_deployAndCloseTwiceHarmless() {
    List<InstallComplete> ends = new CopyOnWriteArrayList<>();
    try (InMemoryBroker broker = InMemoryBroker.threaded();
        Bus hubBus = broker.connect("hub");
        Bus kioskBus = broker.connect("kiosk-1", dev.lockstep.protocol.Role.DEVICE);
        Bus observer = broker.connect("observer");
        AtomicUpdates hub =
            new AtomicUpdates(
                TestDevices.backendSettings("hub"),
                hubBus,
                Clock.systemUTC(),
                TestDevices.backend("hub", log),
                Optional.of(new MemoryJournal()));
        AtomicUpdates kiosk =
            new AtomicUpdates(
                TestDevices.frontendSettings("kiosk-1"),
                kioskBus,
                Clock.systemUTC(),
                TestDevices.frontend("kiosk-1", log),
                Optional.empty())) {
      observer.subscribe(Topics.INSTALL_COMPLETE, message -> ends.add(message.payload()));
      hub.start();
      hub.start();
      kiosk.start();
      InstallRequest request =
          InstallRequest.newBuilder()
              .setJobId("job-1")
              .addReleases(release("backend"))
              .addReleases(release("kiosk-ui"))
              .build();
      await()
          .until(
              () -> {
                // Refused until both have announced themselves; a new job each time.
                InstallRequest next =
                    request.toBuilder().setJobId("job-" + System.nanoTime()).build();
                if (!committed(ends)) {
                  observer.publish(Topics.INSTALL_REQUEST, next);
                }
                return committed(ends);
              });
      assertThat(log.indexOf("install backend 1.1.0 on hub"))
          .isNotNegative()
          .isLessThan(log.indexOf("install kiosk-ui 1.1.0 on kiosk-1"));
      hub.close();
    }
    assertThat(log).containsOnlyOnce("start on hub", "close on hub", "close on kiosk-1");
  }

  @Test
  @Tag("R7")
  @Tag("R139")
  void open_realDeviceThatTrustsNoRoot_refusesAndStillKnowsItAfterARestart(@TempDir Path folder) {
    Settings settings = TestDevices.backendSettings("hub", folder);
    try (InMemoryBroker broker = InMemoryBroker.threaded()) {
      InstallComplete first = askReal(broker, settings, "first");
      InstallComplete again = askReal(broker, settings, "again");

      assertThat(first.getOutcome()).isEqualTo(InstallOutcome.INSTALL_OUTCOME_REFUSED);
      assertThat(first.getError().getCode()).isEqualTo(ErrorCode.ERROR_CODE_TRUST_NO_ROOT);
      assertThat(again).isEqualTo(first);
    }
  }

  /** Starts the hub, asks for one and the same job until its end is told, stops the hub. */
  private static InstallComplete askReal(InMemoryBroker broker, Settings settings, String name) {
    List<InstallComplete> ends = new CopyOnWriteArrayList<>();
    Fetcher nobody =
        (uri, offset) -> {
          throw new AssertionError("without a trusted root nobody is asked");
        };
    InstallRequest request =
        InstallRequest.newBuilder().setJobId("job-1").addReleases(release("backend")).build();
    try (Bus observer = broker.connect("observer-" + name);
        Bus bus = broker.connect("hub-" + name);
        AtomicUpdates hub =
            AtomicUpdates.open(settings, bus, Clock.systemUTC(), nobody, FaultPoints.NONE, true)) {
      observer.subscribe(Topics.INSTALL_COMPLETE, message -> ends.add(message.payload()));
      Bus.Subscription asking =
          observer.subscribe(
              Topics.COMPONENT_ANNOUNCE,
              message -> observer.publish(Topics.INSTALL_REQUEST, request));
      hub.start();
      await().until(() -> ends.stream().anyMatch(end -> end.getDevice().isEmpty()));
      asking.close();
    }
    return ends.stream().filter(end -> end.getDevice().isEmpty()).findFirst().orElseThrow();
  }

  @Test
  void surviving_taskFails_isCalledAgain() throws Exception {
    CountDownLatch calls = new CountDownLatch(3);
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    try {
      timer.scheduleWithFixedDelay(
          AtomicUpdates.surviving(
              () -> {
                calls.countDown();
                throw new IllegalStateException("once more");
              }),
          0,
          1,
          TimeUnit.MILLISECONDS);
      assertThat(calls.await(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      timer.shutdownNow();
    }
  }

  private static boolean committed(List<InstallComplete> ends) {
    return ends.stream()
        .anyMatch(
            end ->
                end.getDevice().isEmpty()
                    && end.getOutcome() == InstallOutcome.INSTALL_OUTCOME_COMMITTED);
  }

  private static ReleaseId release(String component) {
    return ReleaseId.newBuilder().setComponent(component).setVersion("1.1.0").build();
  }
}
