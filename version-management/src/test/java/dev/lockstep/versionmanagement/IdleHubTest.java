package dev.lockstep.versionmanagement;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Timestamp;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.Api;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import dev.lockstep.protocol.v1.ComponentRole;
import dev.lockstep.protocol.v1.DownloadRequest;
import dev.lockstep.protocol.v1.ScheduleRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where nothing happens. Heartbeats are 10 s apart. */
class IdleHubTest {
  @TempDir private Path folder;
  private TestHub hub;

  @BeforeEach
  void hub() {
    hub = new TestHub(new TestSettings(folder));
  }

  @AfterEach
  void close() {
    hub.close();
  }

  private void heartbeat() {
    hub.announce(
        ComponentAnnounce.newBuilder()
            .setDevice("hub")
            .setComponent("backend")
            .setRole(ComponentRole.COMPONENT_ROLE_BACKEND)
            .setVersion("1.0.0")
            .addProvides(Api.newBuilder().setName("backend").setVersion("1.0.0"))
            .setHeartbeatSeconds(10));
  }

  /** What was done is over with the first answer, and what followed from it with the second. */
  private void settle() {
    hub.state();
    hub.state();
  }

  /** Ten minutes with heartbeats; what the hub says unasked in that time. */
  private Map<String, Long> idle() {
    for (int beat = 0; beat < 60; beat++) {
      heartbeat();
      hub.pass(Duration.ofSeconds(10));
      settle();
    }
    Map<String, Long> counts = new HashMap<>();
    for (Topic<?> topic : Topics.all()) {
      long count =
          hub.received(topic).stream()
              .filter(one -> !one.source().equals("peer"))
              .filter(one -> !one.attributes().containsKey(Attributes.CORRELATION_ID))
              .count();
      if (count > 0) {
        counts.put(topic.name(), count);
      }
    }
    return counts;
  }

  @Test
  void idle_nothingOffered_saysTwoMessagesPerMinute() {
    hub.source.has(backend("1.0.0", "1.0.0"));
    hub.start();
    heartbeat();
    hub.pass(Duration.ofSeconds(20));
    heartbeat();
    settle();
    hub.forget();

    assertThat(idle())
        .containsOnly(
            Map.entry(Topics.STATE_REPORT.name(), 10L), Map.entry(Topics.AVAILABLE.name(), 10L));
  }

  @Test
  void idle_stagedAndWaitingForAPerson_saysTwoMessagesPerMinute() {
    hub.source.has(backend("1.1.0", "1.1.0"));
    hub.start();
    heartbeat();
    hub.pass(Duration.ofSeconds(20));
    DownloadRequest request = hub.hearDownload();
    hub.stage(request);
    hub.awaitJob(request.getJobId(), "STAGED");
    heartbeat();
    settle();
    hub.forget();

    assertThat(idle())
        .containsOnly(
            Map.entry(Topics.STATE_REPORT.name(), 10L), Map.entry(Topics.AVAILABLE.name(), 10L));
  }

  @Test
  @Tag("R11")
  @Tag("R36")
  void schedule_sameTenTimes_isAnsweredTenTimesAndAnnouncedOnce() {
    hub.source.has(backend("1.1.0", "1.1.0"));
    hub.start();
    heartbeat();
    hub.pass(Duration.ofSeconds(20));
    DownloadRequest request = hub.hearDownload();
    hub.stage(request);
    hub.awaitJob(request.getJobId(), "STAGED");
    heartbeat();
    settle();
    hub.forget();
    ScheduleRequest.Builder evening =
        ScheduleRequest.newBuilder()
            .setAction(ScheduleRequest.Action.ACTION_AT)
            .setAt(
                Timestamp.newBuilder()
                    .setSeconds(hub.clock.instant().plusSeconds(3_600).getEpochSecond()));

    for (int i = 0; i < 10; i++) {
      assertThat(hub.schedule(evening).getJobId()).isEqualTo(request.getJobId());
    }

    settle();
    assertThat(hub.said(Topics.SCHEDULE_RESPONSE)).hasSize(10);
    assertThat(hub.said(Topics.RESTART_SCHEDULED)).hasSize(1);
    assertThat(hub.said(Topics.AVAILABLE)).isEmpty();
    assertThat(hub.said(Topics.STATE_REPORT)).hasSizeLessThanOrEqualTo(12);
  }
}
