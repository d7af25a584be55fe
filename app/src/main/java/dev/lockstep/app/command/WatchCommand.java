package dev.lockstep.app.command;

import com.google.protobuf.Message;
import dev.lockstep.app.ExitCode;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.Received;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lockstep watch}: every message on the bus as it comes. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = "Shows what happens on the bus, as it happens.")
final class WatchCommand implements Callable<Integer> {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  @Mixin private BusOptions busOptions;
  @Mixin private OutputOptions output;

  @Option(
      names = "--all",
      description = "Heartbeats and state reports too, which are left out otherwise.")
  private boolean all;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Stop after N messages.",
      defaultValue = "0")
  private long count;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      description = "Stop after that time; without it, on Ctrl-C.",
      defaultValue = "0")
  private long seconds;

  private final AtomicLong shown = new AtomicLong();
  private final CountDownLatch end = new CountDownLatch(1);

  @Override
  public Integer call() {
    return busOptions.withBus(this::watch).code();
  }

  private ExitCode watch(Bus bus) {
    for (Topic<?> topic : Topics.all()) {
      if (all || !isBackground(topic)) {
        bus.subscribe(topic, this::show);
      }
    }
    try {
      if (seconds > 0) {
        end.await(seconds, TimeUnit.SECONDS);
      } else {
        end.await();
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return ExitCode.OK;
  }

  private static boolean isBackground(Topic<?> topic) {
    return topic == Topics.COMPONENT_ANNOUNCE
        || topic == Topics.STATE_REPORT
        || topic == Topics.STATE_REQUEST;
  }

  private <M extends Message> void show(Received<M> message) {
    if (count > 0 && shown.get() >= count) {
      return;
    }
    if (output.json()) {
      System.out.println(JsonLine.of(message));
    } else {
      System.out.println(CLOCK.format(message.sentAt()) + "  " + MessageText.line(message));
    }
    System.out.flush();
    if (shown.incrementAndGet() == count) {
      end.countDown();
    }
  }
}
