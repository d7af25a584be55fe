package dev.lockstep.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Message;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.frontendagent.port.Frontend.ShownNotice;
import dev.lockstep.frontendagent.port.Frontend.StoreNotice;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.DrainRequest;
import dev.lockstep.protocol.v1.DrainResponse;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.Offer;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.PrepareRequest;
import dev.lockstep.protocol.v1.PrepareResponse;
import dev.lockstep.protocol.v1.RestartScheduled;
import dev.lockstep.protocol.v1.ScheduleRequest;
import dev.lockstep.protocol.v1.UpdateAvailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParticipationTest {
  @TempDir Path root;
  private final InMemoryBroker broker = InMemoryBroker.threaded();
  private final Bus hub = broker.connect("hub", dev.lockstep.protocol.Role.HUB);
  private final List<Received<ComponentAnnounce>> announced = heard(Topics.COMPONENT_ANNOUNCE);
  private final List<String> restored = new CopyOnWriteArrayList<>();
  private Path folder;

  @BeforeEach
  void install() throws IOException {
    folder = root.resolve("chat");
    Files.createDirectories(folder.resolve("releases/1.2.0"));
    Files.writeString(folder.resolve("releases/1.2.0/VERSION"), "1.2.0\n");
    Files.createSymbolicLink(folder.resolve("current"), Path.of("releases/1.2.0"));
  }

  @AfterEach
  void close() {
    hub.close();
    broker.close();
  }

  private <M extends Message> List<Received<M>> heard(Topic<M> topic) {
    List<Received<M>> messages = new CopyOnWriteArrayList<>();
    hub.subscribe(topic, messages::add);
    return messages;
  }

  private Participation.Builder chat() {
    return Participation.of("chat")
        .device("hub")
        .role(Role.BACKEND)
        .folder(folder)
        .heartbeat(Duration.ofMillis(100))
        .onRestored(state -> restored.add(new String(state, StandardCharsets.UTF_8)));
  }

  private Participation join(Participation.Builder builder) {
    Bus bus =
        broker.connect(
            "chat",
            new Participant("chat-key", dev.lockstep.protocol.Role.COMPONENT, "hub", "chat"));
    return builder.join(bus);
  }

  private PrepareResponse prepare() throws Exception {
    PrepareRequest request =
        PrepareRequest.newBuilder()
            .setJobId("job-1")
            .setDevice("hub")
            .setComponent("chat")
            .setDeadline(com.google.protobuf.Duration.newBuilder().setSeconds(5))
            .build();
    return hub.request(
            Topics.PREPARE_REQUEST,
            request,
            Topics.PREPARE_RESPONSE,
            RequestOptions.within(Duration.ofSeconds(5)))
        .get(10, TimeUnit.SECONDS)
        .payload();
  }

  private DrainResponse drain() throws Exception {
    DrainRequest request =
        DrainRequest.newBuilder()
            .setJobId("job-1")
            .setDevice("hub")
            .setComponent("chat")
            .setDeadline(com.google.protobuf.Duration.newBuilder().setSeconds(5))
            .build();
    return hub.request(
            Topics.DRAIN_REQUEST,
            request,
            Topics.DRAIN_RESPONSE,
            RequestOptions.within(Duration.ofSeconds(5)))
        .get(10, TimeUnit.SECONDS)
        .payload();
  }

  @Test
  @Tag("R17")
  @Tag("R89")
  void join_announcesWhatItIsAndWhatItAnswers() {
    try (Participation chat = join(chat())) {
      await().until(() -> !announced.isEmpty());
      ComponentAnnounce announcement = announced.get(0).payload();
      assertThat(announcement.getDevice()).isEqualTo("hub");
      assertThat(announcement.getComponent()).isEqualTo("chat");
      assertThat(announcement.getRole()).isEqualTo(ComponentRole.COMPONENT_ROLE_BACKEND);
      assertThat(announcement.getVersion()).isEqualTo("1.2.0");
      assertThat(announcement.getRunning()).isTrue();
      assertThat(announcement.getCapabilitiesList()).contains("prepare", "drain", "notice");
    }
    await().until(() -> announced.get(announced.size() - 1).payload().getLeaving());
    // A component's key has the right to all that it published.
    assertThat(broker.refused()).isZero();
  }

  @Test
  @Tag("R14")
  void onPrepare_notBefore_defersWithOwnerReasonAndExpiry() throws Exception {
    Instant until = Instant.parse("2026-12-24T18:00:00Z");
    try (Participation chat =
        join(chat().onPrepare(request -> Participation.notBefore(until, "chat", "a call")))) {
      PrepareResponse answer = prepare();
      assertThat(answer.getInhibit().getOwner()).isEqualTo("chat");
      assertThat(answer.getInhibit().getReason()).isEqualTo("a call");
      assertThat(answer.getInhibit().getUntil().getSeconds()).isEqualTo(until.getEpochSecond());
    }
  }

  @Test
  @Tag("R14")
  void onPrepare_default_isReady() throws Exception {
    try (Participation chat = join(chat())) {
      assertThat(prepare().hasInhibit()).isFalse();
    }
  }

  @Test
  @Tag("R109")
  void onDrain_state_outlivesTheProcessAndIsHandedToTheNext() throws Exception {
    try (Participation before =
        join(chat().onDrain(request -> "said 17".getBytes(StandardCharsets.UTF_8)))) {
      DrainResponse answer = drain();
      assertThat(answer.getDrained()).isTrue();
      assertThat(answer.getStateToken().toStringUtf8()).isEqualTo("said 17");
    }
    assertThat(restored).isEmpty();
    AtomicBoolean up = new AtomicBoolean();
    try (Participation after =
        join(
            chat()
                .onRestored(
                    state -> {
                      if (!up.get()) {
                        throw new IllegalStateException("not up yet");
                      }
                      restored.add(new String(state, StandardCharsets.UTF_8));
                    }))) {
      up.set(true);
      await().until(() -> restored.equals(List.of("said 17")));
      hub.publish(
          Topics.INSTALL_COMPLETE,
          InstallComplete.newBuilder()
              .setJobId("job-1")
              .setDevice("hub")
              .setComponent("chat")
              .setOutcome(InstallOutcome.INSTALL_OUTCOME_COMMITTED)
              .build());
      await().until(() -> isEmpty(folder.resolve("data/lockstep")));
    }
    try (Participation later = join(chat())) {
      assertThat(prepare().hasInhibit()).isFalse();
      assertThat(restored).containsExactly("said 17");
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  @Test
  void onDrain_thatThrows_isAnsweredAsNotDrained() throws Exception {
    try (Participation chat =
        join(
            chat()
                .onDrain(
                    request -> {
                      throw new IllegalStateException("the store is busy");
                    }))) {
      DrainResponse answer = drain();
      assertThat(answer.getDrained()).isFalse();
      assertThat(answer.getError().getMessage()).contains("the store is busy");
    }
  }

  @Test
  void onDrain_stateTooLarge_isAnsweredAsNotDrained() throws Exception {
    try (Participation chat = join(chat().onDrain(request -> new byte[64 * 1024 + 1]))) {
      DrainResponse answer = drain();
      assertThat(answer.getDrained()).isFalse();
      assertThat(answer.getError().getMessage()).contains("64 KiB");
    }
  }

  @Test
  @Tag("R112")
  void onNotice_plannedThenCancelled_isToldBoth() {
    List<Optional<ShownNotice>> told = new CopyOnWriteArrayList<>();
    try (Participation chat = join(chat().onNotice(told::add))) {
      RestartScheduled.Builder notice =
          RestartScheduled.newBuilder()
              .setNoticeId("notice-1")
              .setDevice("hub")
              .setComponent("chat")
              .setReason("update to 1.3.0");
      Instant now = Instant.now();
      notice.getServerTimeBuilder().setSeconds(now.getEpochSecond());
      notice.getPlannedAtBuilder().setSeconds(now.getEpochSecond() + 600);
      await()
          .until(
              () -> {
                hub.publish(Topics.RESTART_SCHEDULED, notice.build());
                return told.size() == 1;
              });
      assertThat(told.get(0).orElseThrow().reason()).isEqualTo("update to 1.3.0");
      notice.getServerTimeBuilder().setSeconds(now.getEpochSecond() + 1);
      hub.publish(Topics.RESTART_SCHEDULED, notice.setCancelled(true).build());
      await().until(() -> told.size() == 2);
      assertThat(told.get(1)).isEmpty();
    }
  }

  private static RestartScheduled.Builder planned(boolean postponable) {
    Instant now = Instant.now();
    RestartScheduled.Builder notice =
        RestartScheduled.newBuilder().setNoticeId("plan-1").setReason("update to 1.3.0");
    notice.getServerTimeBuilder().setSeconds(now.getEpochSecond());
    notice.getPlannedAtBuilder().setSeconds(now.getEpochSecond() + 600);
    if (postponable) {
      notice.getPostponableUntilBuilder().setSeconds(now.getEpochSecond() + 600);
    }
    return notice;
  }

  @Test
  @Tag("R112")
  void onPostponable_wantsMoreTime_theHubIsAskedInItsName() {
    List<Received<ScheduleRequest>> asked = heard(Topics.SCHEDULE_REQUEST);
    List<ShownNotice> offered = new CopyOnWriteArrayList<>();
    try (Participation chat =
        join(
            chat()
                .onPostponable(
                    notice -> {
                      offered.add(notice);
                      return Optional.of(Duration.ofMinutes(10));
                    }))) {
      hub.publish(Topics.RESTART_SCHEDULED, planned(true).build());
      await().until(() -> !asked.isEmpty());

      ScheduleRequest request = asked.get(0).payload();
      assertThat(request.getAction()).isEqualTo(ScheduleRequest.Action.ACTION_POSTPONE);
      assertThat(request.getPostponeBy().getSeconds()).isEqualTo(600);
      assertThat(request.getDevice()).isEqualTo("hub");
      assertThat(request.getComponent()).isEqualTo("chat");
      assertThat(offered).hasSize(1);
      assertThat(chat.postpone(Duration.ofMinutes(5))).isTrue();
      await().until(() -> asked.size() == 2);
    }
    assertThat(broker.refused()).as("its key may ask that").isZero();
  }

  @Test
  @Tag("R112")
  void onPostponable_restartThatCannotBePostponed_isNotAsked() {
    List<Optional<ShownNotice>> told = new CopyOnWriteArrayList<>();
    List<ShownNotice> offered = new CopyOnWriteArrayList<>();
    try (Participation chat =
        join(
            chat()
                .onNotice(told::add)
                .onPostponable(
                    notice -> {
                      offered.add(notice);
                      return Optional.of(Duration.ofMinutes(10));
                    }))) {
      hub.publish(Topics.RESTART_SCHEDULED, planned(false).build());
      await().until(() -> told.size() == 1);
      assertThat(chat.postpone(Duration.ofMinutes(5))).isFalse();
      assertThat(prepared(chat)).isTrue();
      assertThat(offered).isEmpty();
    }
  }

  /** Its thread has done what it was given before. */
  private boolean prepared(Participation chat) {
    try {
      return !prepare().hasInhibit();
    } catch (Exception unanswered) {
      throw new AssertionError(chat + " does not answer", unanswered);
    }
  }

  @Test
  @Tag("R111")
  void onStore_newerInAStore_isToldWithItsLinkAndThenNothing() {
    List<Optional<StoreNotice>> told = new CopyOnWriteArrayList<>();
    try (Participation chat = join(chat().onStore(told::add))) {
      OfferedRelease release =
          OfferedRelease.newBuilder()
              .setComponent("chat")
              .setFromVersion("1.2.0")
              .setToVersion("2.0.0")
              .setStoreLink("https://store.example/chat")
              .setMinimumVersion("1.8.0")
              .addDevices("hub")
              .build();
      hub.publish(
          Topics.AVAILABLE,
          UpdateAvailable.newBuilder().setOffer(Offer.newBuilder().addInStore(release)).build());
      await().until(() -> told.size() == 1);
      assertThat(told.get(0))
          .hasValueSatisfying(
              notice -> {
                assertThat(notice.storeLink()).isEqualTo("https://store.example/chat");
                assertThat(notice.minimumVersion()).isEqualTo("1.8.0");
                assertThat(notice.tooOld()).isTrue();
              });
      hub.publish(Topics.AVAILABLE, UpdateAvailable.getDefaultInstance());
      await().until(() -> told.size() == 2 && told.get(1).isEmpty());
    }
  }

  @Test
  void fromEnvironment_aVariableIsMissing_namesIt() {
    Map<String, String> environment =
        Map.of("LOCKSTEP_COMPONENT", "chat", "LOCKSTEP_DEVICE", "hub");
    assertThatThrownBy(() -> Participation.fromEnvironment(environment))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "cannot take part in updates: LOCKSTEP_FOLDER is not set;"
                + " set it in the component's environment");
  }

  @Test
  void join_withoutABus_saysWhatIsMissing() {
    assertThatThrownBy(() -> chat().join()).hasMessageContaining("no bus is named");
  }
}
