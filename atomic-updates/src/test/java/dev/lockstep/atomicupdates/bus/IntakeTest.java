package dev.lockstep.atomicupdates.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.memory.InMemoryBroker;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.DownloadCancel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** Messages that wait are bounded by their bytes. */
class IntakeTest {
  private static final int MEGABYTE = 1 << 20;
  private static final int SENT = 40;

  @Test
  void subscribe_largeMessagesWait_moreAreDroppedAndLaterOnesTaken() {
    try (InMemoryBroker broker = InMemoryBroker.deterministic(1)) {
      Bus bus = broker.connect("hub");
      Bus sender = broker.connect("sender");
      Queue<Runnable> waiting = new ArrayDeque<>();
      List<String> taken = new ArrayList<>();
      Intake intake = new Intake(bus, waiting::add);
      intake.subscribe(
          Topics.DOWNLOAD_CANCEL,
          message -> taken.add(message.payload().getJobId().substring(0, 1)));

      for (int i = 0; i < SENT; i++) {
        sender.publish(Topics.DOWNLOAD_CANCEL, cancel("a" + "x".repeat(MEGABYTE / 2)));
        broker.deliver();
      }
      long room = Intake.MOST_WAITING_BYTES / (MEGABYTE / 2);
      assertThat(waiting).hasSizeLessThanOrEqualTo((int) room).hasSizeGreaterThan(2);
      assertThat(intake.dropped()).isEqualTo(SENT - waiting.size());

      waiting.forEach(Runnable::run);
      waiting.clear();
      sender.publish(Topics.DOWNLOAD_CANCEL, cancel("b"));
      broker.deliver();
      waiting.forEach(Runnable::run);
      assertThat(taken).endsWith("a", "b");
    }
  }

  private static DownloadCancel cancel(String job) {
    return DownloadCancel.newBuilder().setJobId(job).build();
  }
}
