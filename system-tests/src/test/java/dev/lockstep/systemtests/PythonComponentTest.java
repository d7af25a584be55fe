package dev.lockstep.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.bus.zeromq.Broker;
import dev.lockstep.bus.zeromq.BrokerSettings;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.bus.zeromq.ZeroMqBus;
import dev.lockstep.bus.zeromq.ZeroMqBusSettings;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.release.DeviceNames;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.DrainRequest;
import dev.lockstep.protocol.v1.DrainResponse;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.InstallPhase;
import dev.lockstep.protocol.v1.InstallProgress;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.PrepareRequest;
import dev.lockstep.protocol.v1.PrepareResponse;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.ScheduleResponse;
import dev.lockstep.protocol.v1.UpdateAvailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code examples/python/counting_component.py}: the Python kit, with threads and with asyncio, as
 * a process of its own behind a broker with CURVE and rights.
 */
class PythonComponentTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  @TempDir Path folder;
  private final List<Process> processes = new ArrayList<>();
  private PythonExamples examples;
  private Broker broker;
  private Bus hub;
  private Path home;
  private List<Received<ComponentAnnounce>> announced;

  @BeforeEach
  void open() throws IOException {
    examples = PythonExamples.in(folder);
    assumeTrue(examples.missing().isEmpty(), examples.missing());
    Path authorized = Files.createDirectories(folder.resolve("authorized"));
    Certificate brokerKey = Certificate.generate("broker", Role.HUB);
    Certificate hubKey = Certificate.generate("hub", Role.HUB);
    Certificate component =
        Certificate.generate("counting-key", Role.COMPONENT)
            .forDevice("hub")
            .forComponent("counting");
    hubKey.publicOnly().write(authorized, "hub");
    component.publicOnly().write(authorized, "counting");
    component.write(folder, "counting");
    brokerKey.publicOnly().write(folder, "broker");
    List<Integer> ports = PythonPeer.freePorts(2);
    String publish = "tcp://127.0.0.1:" + ports.get(0);
    String subscribe = "tcp://127.0.0.1:" + ports.get(1);
    broker =
        Broker.start(
            BrokerSettings.encrypted(publish, subscribe, brokerKey, authorized),
            failure -> {
              throw new AssertionError("the broker failed", failure);
            });
    hub =
        ZeroMqBus.builder(
                "hub",
                ZeroMqBusSettings.encrypted(
                    publish, subscribe, new ZeroMqBusSettings.CurveKeys(hubKey, brokerKey)))
            .open();
    announced = heard(Topics.COMPONENT_ANNOUNCE);
    home = folder.resolve("counting");
    Files.createDirectories(home.resolve("current"));
    Files.writeString(home.resolve("current/VERSION"), "1.2.0\n");
  }

  @AfterEach
  void close() {
    processes.forEach(Process::destroyForcibly);
    if (hub != null) {
      hub.close();
      broker.close();
    }
  }

  private <M extends Message> List<Received<M>> heard(Topic<M> topic) {
    List<Received<M>> messages = new CopyOnWriteArrayList<>();
    hub.subscribe(topic, messages::add);
    return messages;
  }

  private Process start(String kind, Path output) throws IOException {
    int before = announced.size();
    ProcessBuilder builder =
        examples
            .command("counting_component.py", kind)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "LOCKSTEP_COMPONENT", "counting",
                "LOCKSTEP_DEVICE", "hub",
                "LOCKSTEP_START", "start-of-" + kind,
                "LOCKSTEP_ROLE", "backend",
                "LOCKSTEP_FOLDER", home.toString(),
                "LOCKSTEP_PUBLISH_ADDRESS", broker.publishAddress(),
                "LOCKSTEP_SUBSCRIBE_ADDRESS", broker.subscribeAddress(),
                "LOCKSTEP_KEY_FILE", folder.resolve("counting.key_secret").toString(),
                "LOCKSTEP_BROKER_KEY_FILE", folder.resolve("broker.key").toString()));
    Process process = builder.start();
    processes.add(process);
    await().atMost(PATIENCE).until(() -> announced.size() > before);
    return process;
  }

  private static void say(Process process, String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  private static void awaitLine(Path output, String line) {
    await().atMost(PATIENCE).until(() -> Files.readString(output).contains(line));
  }

  private static void end(Process process) throws Exception {
    process.getOutputStream().close();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private PrepareResponse prepare() throws Exception {
    PrepareRequest request =
        PrepareRequest.newBuilder().setJobId("job-1").setDevice("hub").setComponent("x").build();
    return hub.request(
            Topics.PREPARE_REQUEST,
            request,
            Topics.PREPARE_RESPONSE,
            RequestOptions.within(PATIENCE))
        .get(30, TimeUnit.SECONDS)
        .payload();
  }

  private DrainResponse drain() throws Exception {
    DrainRequest request =
        DrainRequest.newBuilder()
            .setJobId("job-1")
            .setDevice("hub")
            .setComponent("counting")
            .build();
    return hub.request(
            Topics.DRAIN_REQUEST, request, Topics.DRAIN_RESPONSE, RequestOptions.within(PATIENCE))
        .get(30, TimeUnit.SECONDS)
        .payload();
  }

  /** The wish in its answer to a notice, then the one of a person a while later. */
  private void asksForMoreTime(Process counting, Path output) throws IOException {
    List<Received<ScheduleRequest>> asked = new CopyOnWriteArrayList<>();
    hub.subscribe(
        Topics.SCHEDULE_REQUEST,
        request -> {
          asked.add(request);
          hub.reply(
              request,
              Topics.SCHEDULE_RESPONSE,
              ScheduleResponse.newBuilder().setAccepted(true).build());
        });
    say(counting, "later");
    awaitLine(output, "\"possible\": false");
    say(counting, "busy");
    awaitLine(output, "\"count\": 3");
    long now = Instant.now().getEpochSecond();
    RestartScheduled.Builder notice =
        RestartScheduled.newBuilder().setNoticeId("notice-1").setReason("update to 1.3.0");
    notice.getServerTimeBuilder().setSeconds(now);
    notice.getPlannedAtBuilder().setSeconds(now + 900);
    notice.getPostponableUntilBuilder().setSeconds(now + 900);
    hub.publish(Topics.RESTART_SCHEDULED, notice.build());
    awaitLine(output, "update to 1.3.0");
    await().atMost(PATIENCE).until(() -> !asked.isEmpty());
    assertThat(asked.get(0).payload().getPostponeBy().getSeconds()).isEqualTo(600);
    assertThat(asked.get(0).payload().getDevice()).isEqualTo("hub");
    assertThat(asked.get(0).payload().getComponent()).isEqualTo("counting");

    say(counting, "later");
    awaitLine(output, "\"possible\": true");
    await()
        .atMost(PATIENCE)
        .until(() -> asked.get(asked.size() - 1).payload().getPostponeBy().getSeconds() == 300);
    hub.publish(Topics.RESTART_SCHEDULED, cancelled(notice, now));
    awaitLine(output, "\"reason\": null");
    assertThat(broker.statistics().foreign() + broker.statistics().withoutRight()).isZero();
  }

  private static RestartScheduled cancelled(RestartScheduled.Builder notice, long now) {
    notice.getServerTimeBuilder().setSeconds(now + 1);
    return notice.setCancelled(true).build();
  }

  private void inStore(Offer offer) {
    hub.publish(Topics.AVAILABLE, UpdateAvailable.newBuilder().setOffer(offer).build());
  }

  private void isToldWhatIsInTheStore(Path output) {
    OfferedRelease release =
        OfferedRelease.newBuilder()
            .setComponent("counting")
            .setToVersion("2.0.0")
            .setStoreLink("https://store.example/counting")
            .addDevices("hub")
            .build();
    inStore(Offer.newBuilder().addInStore(release).build());
    awaitLine(output, "https://store.example/counting");
    OfferedRelease rubbish =
        release.toBuilder().setPackedDevices(ByteString.copyFromUtf8("rubbish")).build();
    inStore(Offer.newBuilder().addInStore(rubbish).build());
    OfferedRelease many =
        release.toBuilder()
            .setStoreLink("https://store.example/for-many")
            .addAllDevices(IntStream.range(0, 60).mapToObj("kiosk-%d"::formatted).toList())
            .build();
    inStore(DeviceNames.packed(Offer.newBuilder().addInStore(many).build()));
    awaitLine(output, "https://store.example/for-many");
    hub.publish(Topics.AVAILABLE, UpdateAvailable.getDefaultInstance());
    awaitLine(output, "\"link\": null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"threads", "asyncio"})
  @Tag("R14")
  @Tag("R89")
  @Tag("R109")
  @Tag("R111")
  @Tag("R112")
  @Tag("R170")
  void pythonKit_wholeUpdate_takesPartAndGoesOnCounting(String kind) throws Exception {
    Path output = folder.resolve("first.out");
    Process first = start(kind, output);
    ComponentAnnounce announcement = announced.get(0).payload();
    assertThat(announcement.getVersion()).isEqualTo("1.2.0");
    assertThat(announcement.getRunning()).isTrue();
    assertThat(announcement.getStartId()).isEqualTo("start-of-" + kind);
    assertThat(announcement.getCapabilitiesList()).contains("prepare", "drain", "notice");

    say(first, "busy");
    awaitLine(output, "\"count\": 1");
    assertThat(prepare().getInhibit().getOwner()).isEqualTo("counting");
    say(first, "sick");
    awaitLine(output, "\"count\": 2");
    assertThat(prepare().hasInhibit()).isFalse();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                announced
                    .get(announced.size() - 1)
                    .payload()
                    .getProblem()
                    .equals("it has lost count"));
    assertThat(announced.get(announced.size() - 1).payload().getRunning()).isFalse();

    asksForMoreTime(first, output);
    isToldWhatIsInTheStore(output);

    DrainResponse drained = drain();
    assertThat(drained.getDrained()).as(Files.readString(output)).isTrue();
    assertThat(drained.getStateToken().toStringUtf8()).isEqualTo("3");
    first.destroyForcibly().waitFor(20, TimeUnit.SECONDS);

    Path after = folder.resolve("second.out");
    Process second = start(kind, after);
    awaitLine(after, "{\"event\": \"restored\", \"count\": 3}");
    hub.publish(
        Topics.INSTALL_PROGRESS,
        InstallProgress.newBuilder()
            .setJobId("job-1")
            .setDevice("hub")
            .setComponent("counting")
            .setPhase(InstallPhase.INSTALL_PHASE_VERIFY)
            .build());
    hub.publish(
        Topics.INSTALL_COMPLETE,
        InstallComplete.newBuilder()
            .setJobId("job-1")
            .setDevice("hub")
            .setComponent("counting")
            .setOutcome(InstallOutcome.INSTALL_OUTCOME_COMMITTED)
            .build());
    await()
        .atMost(PATIENCE)
        .until(() -> Files.notExists(home.resolve("data/lockstep/counting.json")));
    end(second);
    await()
        .atMost(PATIENCE)
        .until(() -> announced.get(announced.size() - 1).payload().getLeaving());
    assertThat(Files.readString(after).lines().filter(line -> line.contains("restored")))
        .as("handed back once")
        .hasSize(1);
  }
}
