package dev.lockstep.versionmanagement;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.Api;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.protocol.v1.CheckResponse;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.DownloadComplete;
import dev.lockstep.protocol.v1.DownloadOutcome;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.Error;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.PolicyChanged;
import dev.lockstep.protocol.v1.PolicyRequest;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.ScheduleResponse;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import dev.lockstep.testkit.ManualClock;
import dev.lockstep.versionmanagement.port.ReleaseSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * A hub's version-management with a clock that stands still, and a peer on the bus that plays
 * devices and people and remembers everything that was said.
 */
final class TestHub implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(20);

  final ManualClock clock;
  final ManualAlarms alarms;
  final FakeSource source = new FakeSource();
  final InMemoryBroker broker = InMemoryBroker.threaded();
  final Bus peer = broker.connect("peer");
  final TestSettings settings;
  private final ReleaseSource releases;
  private final List<Received<?>> said = new CopyOnWriteArrayList<>();
  private final AtomicInteger starts = new AtomicInteger();
  private Bus hubBus;
  private VersionManagement versions;

  TestHub(TestSettings settings) {
    this(settings, ManualClock.at("2026-06-01T12:00:00Z"), null);
  }

  TestHub(TestSettings settings, ManualClock clock, ReleaseSource releases) {
    this.settings = settings;
    this.clock = clock;
    this.alarms = new ManualAlarms(clock);
    this.releases = releases == null ? source : releases;
    for (Topic<?> topic : Topics.all()) {
      listen(topic);
    }
  }

  private <M extends Message> void listen(Topic<M> topic) {
    peer.subscribe(topic, said::add);
  }

  /** Starts, waits for the first check, and for everybody to have had time to say who he is. */
  TestHub start() {
    startOnly();
    int before = source.refreshes.get();
    await()
        .atMost(SOON)
        .until(
            () -> {
              alarms.ringDue();
              boolean asked = releases != source || source.refreshes.get() > before;
              return asked && state().hasLastCheck();
            });
    return this;
  }

  TestHub startOnly() {
    hubBus = broker.connect("hub-" + starts.incrementAndGet());
    versions = new VersionManagement(settings.settings(), hubBus, clock, releases, alarms);
    versions.start();
    return this;
  }

  VersionManagement versions() {
    return versions;
  }

  /** Ends the process, so to speak. */
  void stop() {
    versions.close();
    hubBus.close();
  }

  /** A backend and two kiosks at 1.0.0, all settled. */
  TestHub withApp() {
    backend("1.0.0");
    kiosk("kiosk-1", "1.0.0");
    kiosk("kiosk-2", "1.0.0");
    await().atMost(SOON).until(() -> state().getComponentsCount() >= 3);
    pass(Duration.ofSeconds(15));
    backend("1.0.0");
    kiosk("kiosk-1", "1.0.0");
    kiosk("kiosk-2", "1.0.0");
    return this;
  }

  void backend(String version) {
    announce(
        ComponentAnnounce.newBuilder()
            .setDevice("hub")
            .setComponent("backend")
            .setRole(ComponentRole.COMPONENT_ROLE_BACKEND)
            .setVersion(version)
            .addProvides(Api.newBuilder().setName("backend").setVersion(version)));
  }

  void kiosk(String device, String version) {
    announce(
        ComponentAnnounce.newBuilder()
            .setDevice(device)
            .setComponent("kiosk-ui")
            .setRole(ComponentRole.COMPONENT_ROLE_FRONTEND)
            .setVersion(version)
            .addRequires(Api.newBuilder().setName("backend").setVersion("^1.0.0")));
  }

  /** Announces; without a heartbeat of its own, one that is good for the whole test. */
  void announce(ComponentAnnounce.Builder announcement) {
    if (announcement.getHeartbeatSeconds() == 0) {
      announcement.setHeartbeatSeconds(86_400);
    }
    peer.publish(
        Topics.COMPONENT_ANNOUNCE,
        announcement
            .setPlatform("linux/amd64")
            .setRunning(announcement.getProblem().isEmpty())
            .build());
  }

  /** Moves the clock and rings what is due. */
  void pass(Duration time) {
    clock.advance(time);
    alarms.ringDue();
  }

  CheckResponse check(String... components) {
    return ask(
        Topics.CHECK_REQUEST,
        CheckRequest.newBuilder().addAllComponents(List.of(components)).setReason("test").build(),
        Topics.CHECK_RESPONSE);
  }

  ScheduleResponse schedule(ScheduleRequest.Builder request) {
    return ask(
        Topics.SCHEDULE_REQUEST, request.setRequestedBy("alex").build(), Topics.SCHEDULE_RESPONSE);
  }

  ScheduleResponse schedule(ScheduleRequest.Action action) {
    return schedule(ScheduleRequest.newBuilder().setAction(action));
  }

  PolicyChanged policy(PolicyRequest.Builder request) {
    return ask(
        Topics.POLICY_REQUEST, request.setRequestedBy("alex").build(), Topics.POLICY_CHANGED);
  }

  StateReport state() {
    return ask(
        Topics.STATE_REQUEST,
        StateRequest.newBuilder().addServices("version-management").build(),
        Topics.STATE_REPORT);
  }

  <Q extends Message, A extends Message> A ask(Topic<Q> topic, Q question, Topic<A> answers) {
    return peer.request(topic, question, answers, RequestOptions.within(SOON)).join().payload();
  }

  /** Everything said on a topic, oldest first. */
  <M extends Message> List<M> said(Topic<M> topic) {
    return said.stream()
        .filter(message -> message.topic().equals(topic))
        .map(message -> topic.type().cast(message.payload()))
        .toList();
  }

  /** The same with correlation ids. */
  List<Received<?>> received(Topic<?> topic) {
    return said.stream().filter(message -> message.topic().equals(topic)).toList();
  }

  void forget() {
    said.clear();
  }

  /** Waits, ringing alarms that are due, until something was said; gives the last such. */
  <M extends Message> M hear(Topic<M> topic, Predicate<M> which) {
    await()
        .atMost(SOON)
        .until(
            () -> {
              alarms.ringDue();
              return said(topic).stream().anyMatch(which);
            });
    List<M> all = said(topic).stream().filter(which).toList();
    return all.get(all.size() - 1);
  }

  /** The download that is asked for. */
  DownloadRequest hearDownload() {
    return hear(Topics.DOWNLOAD_REQUEST, request -> true);
  }

  /** All devices say that they have staged all. */
  void stage(DownloadRequest request) {
    for (OfferedRelease release : request.getOffer().getReleasesList()) {
      for (String device : release.getDevicesList()) {
        staged(request.getJobId(), device, release.getComponent(), release.getToVersion());
      }
    }
  }

  void staged(String jobId, String device, String component, String version) {
    peer.publish(
        Topics.DOWNLOAD_COMPLETE,
        DownloadComplete.newBuilder()
            .setJobId(jobId)
            .setDevice(device)
            .setComponent(component)
            .setVersion(version)
            .setOutcome(DownloadOutcome.DOWNLOAD_OUTCOME_COMPLETED)
            .setStaged(true)
            .build());
  }

  /** One component's install, or with an empty device and component the deployment, ends. */
  void installed(String jobId, String device, String component, InstallOutcome outcome) {
    InstallComplete.Builder end =
        InstallComplete.newBuilder()
            .setJobId(jobId)
            .setDevice(device)
            .setComponent(component)
            .setOutcome(outcome);
    if (outcome != InstallOutcome.INSTALL_OUTCOME_COMMITTED) {
      end.setError(
          Error.newBuilder()
              .setCode(ErrorCode.ERROR_CODE_HEALTH_FAILED)
              .setMessage("cannot start " + component + ": it is unhealthy"));
    }
    peer.publish(Topics.INSTALL_COMPLETE, end.build());
  }

  /** The state of that deployment, as the state report says it. */
  Optional<String> jobState(String jobId) {
    return state().getJobsList().stream()
        .filter(job -> job.getJobId().equals(jobId))
        .map(job -> job.getState())
        .findFirst();
  }

  void awaitJob(String jobId, String wanted) {
    await()
        .atMost(SOON)
        .until(
            () -> {
              alarms.ringDue();
              return jobState(jobId);
            },
            Optional.of(wanted)::equals);
  }

  Map<String, String> offered(dev.lockstep.protocol.v1.Offer offer) {
    Map<String, String> versions = new java.util.TreeMap<>();
    offer.getReleasesList().forEach(one -> versions.put(one.getComponent(), one.getToVersion()));
    return versions;
  }

  @Override
  public void close() {
    source.letAllThrough();
    if (versions != null) {
      stop();
    }
    peer.close();
    broker.close();
  }
}
