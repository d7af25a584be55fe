package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.bus.Received;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.UpdateAvailable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host's own topic passes the broker where the settings name it, and nowhere else. */
class HostTopicTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Topic<UpdateAvailable> OWN = Topics.notification("ui/notification");
  @TempDir Path folder;

  @Test
  @Tag("R171")
  void hostTopic_namedInTheSettings_carriesWhatTheHubSaysAndNobodyElse() {
    try (TestBroker broker = new TestBroker(folder, settings -> settings.withHostTopic(OWN));
        FrameBus hub = broker.connect("hub", Role.HUB);
        FrameBus operator = broker.connect("operator", Role.OPERATOR);
        FrameBus screen = broker.connect("screen", Role.OBSERVER)) {
      List<Received<UpdateAvailable>> shown = new CopyOnWriteArrayList<>();
      screen.subscribe(OWN, shown::add);
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                operator.publish(OWN, UpdateAvailable.getDefaultInstance());
                hub.publish(OWN, UpdateAvailable.getDefaultInstance());
                return !shown.isEmpty() && broker.broker().statistics().withoutRight() > 0;
              });
      assertThat(shown).extracting(Received::source).containsOnly("hub");
    }
  }

  @Test
  @Tag("R171")
  void hostTopic_notNamedInTheSettings_isUnknown() {
    try (TestBroker broker = new TestBroker(folder);
        FrameBus hub = broker.connect("hub", Role.HUB)) {
      hub.publish(OWN, UpdateAvailable.getDefaultInstance());
      await().atMost(PATIENCE).until(() -> broker.broker().statistics().unknownTopic() == 1);
    }
  }
}
