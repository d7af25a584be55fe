package dev.lockstep.bench.bus;

import dev.lockstep.bus.core.Participant;
import dev.lockstep.bus.core.PublishRights;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Envelopes;
import dev.lockstep.protocol.Role;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ComponentAnnounce;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The message that is sent: a device's heartbeat, which the broker looks into and keeps. */
final class Sample {
  static final Topic<ComponentAnnounce> TOPIC = Topics.COMPONENT_ANNOUNCE;

  /** The device that may say it. */
  static final String DEVICE = "kiosk-1";

  private static final int CHECKS = 100_000;

  private Sample() {}

  /** An envelope of so many bytes, or as few as it can have. */
  static byte[] envelope(int size) {
    byte[] smallest = envelope("");
    return envelope("x".repeat(Math.max(0, size - smallest.length - 2)));
  }

  private static byte[] envelope(String platform) {
    ComponentAnnounce announce =
        ComponentAnnounce.newBuilder()
            .setDevice(DEVICE)
            .setComponent("ui")
            .setVersion("1.0.0")
            .setPlatform(platform)
            .build();
    return Envelopes.wrap(
            TOPIC,
            announce,
            UUID.randomUUID().toString(),
            Instant.now(),
            DEVICE,
            Map.of(Attributes.KEY, "ui", Attributes.SEQUENCE, "1"))
        .toByteArray();
  }

  /** What the broker needs to find out that the sender may say it, in nanoseconds. */
  static List<Double> checkNanos(byte[] envelope, int rounds) {
    PublishRights rights = new PublishRights(Topics.all());
    Participant sender = Participant.named(DEVICE, Role.DEVICE);
    List<Double> nanos = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      long start = System.nanoTime();
      for (int i = 0; i < CHECKS; i++) {
        if (rights.refuse(sender, TOPIC.name(), envelope, name -> false).isPresent()) {
          throw new IllegalStateException("the sample is refused");
        }
      }
      if (round > 0) { // The first one warms up.
        nanos.add((System.nanoTime() - start) / (double) CHECKS);
      }
    }
    return nanos;
  }
}
