package dev.lockstep.atomicupdates.bus;

import com.google.protobuf.Message;
import dev.lockstep.atomicupdates.deployment.Coordinator;
import dev.lockstep.atomicupdates.deployment.CoordinatorSettings;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal;
import dev.lockstep.atomicupdates.deployment.MemoryJournal;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.Api;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallRequest;
import dev.lockstep.protocol.v1.JobState;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.ReleaseId;
import dev.lockstep.protocol.v1.UpdateAvailable;
import dev.lockstep.protocol.version.VersionRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A hub with the backend and two frontend devices on an in-memory bus whose time the test moves.
 * Everything runs on the test's thread, in the same order in each run with the same seed.
 */
final class Fleet implements AutoCloseable {
  private static final Duration STEP = Duration.ofMillis(250);
  private static final int HEARTBEAT_STEPS = 40;

  final InMemoryBroker broker;
  final List<String> log = new ArrayList<>();
  final List<Message> seen = new ArrayList<>();
  private final Supplier<DeploymentJournal> journals;
  final FakeDevice backend = new FakeDevice("hub", "backend", Map.of(), log);
  final FakeDevice kiosk1;
  final FakeDevice kiosk2;
  final Bus observer;
  private final List<BusEdges> edges = new ArrayList<>();
  private final Map<String, Runnable> plugs = new HashMap<>();
  private Bus hubBus;
  private BusEdges hub;
  private Coordinator coordinator;
  private int ids;

  Fleet(long seed, String range) {
    this(seed, range, always(new MemoryJournal()));
  }

  /** With a journal that is opened anew whenever the hub's process starts. */
  Fleet(long seed, String range, Supplier<DeploymentJournal> journals) {
    this.journals = journals;
    broker = InMemoryBroker.deterministic(seed);
    Map<String, VersionRange> requires = Map.of("backend", new VersionRange(range));
    kiosk1 = new FakeDevice("kiosk-1", "kiosk-ui", requires, log);
    kiosk2 = new FakeDevice("kiosk-2", "kiosk-ui", requires, log);
    observer = broker.connect("observer");
    observer.subscribe(Topics.INSTALL_COMPLETE, message -> seen.add(message.payload()));
    startHub();
    frontend("kiosk-1", kiosk1);
    frontend("kiosk-2", kiosk2);
    pass(Duration.ofSeconds(11));
    offer("1.1.0");
  }

  /** The hub's version-management offers a backend with that version of its API. */
  private void offer(String version) {
    OfferedRelease backendRelease =
        OfferedRelease.newBuilder()
            .setComponent("backend")
            .setToVersion(version)
            .setManifestTarget("stable/backend/backend-" + version + ".manifest.json")
            .addProvides(Api.newBuilder().setName("backend").setVersion(version))
            .build();
    Offer offer = Offer.newBuilder().setOfferId("offer-1").addReleases(backendRelease).build();
    publish(Topics.AVAILABLE, UpdateAvailable.newBuilder().setOffer(offer).build());
  }

  private static Supplier<DeploymentJournal> always(DeploymentJournal journal) {
    return () -> journal;
  }

  void startHub() {
    hubBus = broker.connect("hub");
    Settings settings = TestSettings.device("hub", "backend", Role.BACKEND);
    hub = new BusEdges(settings, hubBus, broker.clock(), until -> {}, Runnable::run);
    backend.reportTo(hub.reports());
    coordinator =
        new Coordinator(
            new Coordinator.Ports(
                hub.inventory(),
                hub.hints(),
                journals.get(),
                hub.orders(),
                hub.deploymentReports()),
            CoordinatorSettings.of(settings),
            broker.clock(),
            Runnable::run,
            () -> "own-" + ++ids);
    hub.attach(backend, Optional.of(coordinator));
    coordinator.start();
  }

  /** The hub's process dies: nothing of it is left but the journal. */
  void killHub() {
    hub.close();
    hubBus.close();
    coordinator = null;
  }

  private void frontend(String device, FakeDevice updates) {
    Bus bus = broker.connect(device, dev.lockstep.protocol.Role.DEVICE);
    Settings settings = TestSettings.device(device, "kiosk-ui", Role.FRONTEND);
    BusEdges edge = new BusEdges(settings, bus, broker.clock(), until -> {}, Runnable::run);
    updates.reportTo(edge.reports());
    edge.attach(updates, Optional.empty());
    edges.add(edge);
    plugs.put(
        device,
        () -> {
          edge.close();
          bus.close();
          edges.remove(edge);
        });
  }

  /** A frontend's device loses the network, without a word. */
  void unplug(String device) {
    plugs.remove(device).run();
  }

  /** It has the network again; what it has installed is the same. */
  void plugIn(String device, FakeDevice updates) {
    frontend(device, updates);
  }

  /** Lets time pass, with the heartbeats and ticks that belong to it. */
  void pass(Duration duration) {
    long steps = Math.max(1, duration.dividedBy(STEP));
    for (long i = 1; i <= steps; i++) {
      step();
      if (i % HEARTBEAT_STEPS == 0) {
        edges.forEach(BusEdges::heartbeat);
        if (coordinator != null) {
          hub.heartbeat();
        }
      }
    }
  }

  void step() {
    broker.advance(STEP);
    if (coordinator != null) {
      coordinator.tick();
    }
  }

  <M extends Message> void publish(Topic<M> topic, M message) {
    observer.publish(topic, message);
    broker.deliver();
  }

  void install(String jobId, String version) {
    publish(
        Topics.INSTALL_REQUEST,
        InstallRequest.newBuilder()
            .setJobId(jobId)
            .addReleases(release("kiosk-ui", version))
            .addReleases(release("backend", version))
            .setRequestedBy("test")
            .build());
  }

  static ReleaseId release(String component, String version) {
    return ReleaseId.newBuilder().setComponent(component).setVersion(version).build();
  }

  /** Ends of deployments, such as "job-1 COMMITTED". */
  List<String> ends() {
    return seen.stream()
        .filter(InstallComplete.class::isInstance)
        .map(InstallComplete.class::cast)
        .filter(message -> message.getDevice().isEmpty())
        .map(
            message ->
                message.getJobId()
                    + " "
                    + message.getOutcome().name().replace("INSTALL_OUTCOME_", ""))
        .toList();
  }

  /** What the broker keeps of the device's jobs, for whoever joins now. */
  List<JobState> keptJobs(String device) {
    List<JobState> jobs = new ArrayList<>();
    try (Bus late = broker.connect("late joiner")) {
      late.subscribe(
          Topics.STATE_REPORT,
          message -> {
            if (message.payload().getDevice().equals(device)) {
              jobs.addAll(message.payload().getJobsList());
            }
          });
      pass(Duration.ofSeconds(1));
    }
    return jobs;
  }

  @Override
  public void close() {
    broker.close();
  }
}
