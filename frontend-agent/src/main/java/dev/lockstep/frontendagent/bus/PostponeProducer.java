package dev.lockstep.frontendagent.bus;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.ScheduleRequest;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the hub to postpone what is planned. */
final class PostponeProducer {
  private static final Logger LOG = LoggerFactory.getLogger(PostponeProducer.class);
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private final Bus bus;

  PostponeProducer(Bus bus) {
    this.bus = bus;
  }

  /** The new plan comes as a notice; here only a refusal is worth a word. */
  void publish(Place place, Duration by) {
    ScheduleRequest request =
        ScheduleRequest.newBuilder()
            .setAction(ScheduleRequest.Action.ACTION_POSTPONE)
            .setPostponeBy(
                com.google.protobuf.Duration.newBuilder().setSeconds(by.toSeconds()).build())
            .setDevice(place.device())
            .setComponent(place.component())
            .setRequestedBy(place.device() + "/" + place.component())
            .build();
    try {
      bus.request(
              Topics.SCHEDULE_REQUEST,
              request,
              Topics.SCHEDULE_RESPONSE,
              RequestOptions.within(DEADLINE))
          .whenComplete(
              (answer, failure) -> {
                if (failure != null) {
                  LOG.warn("{} got no answer to its wish to postpone", place, failure);
                } else if (!answer.payload().getAccepted()) {
                  LOG.info("{}: {}", place, answer.payload().getError().getMessage());
                }
              });
    } catch (BusException notSent) {
      LOG.warn("{} could not ask to postpone: {}", place, notSent.getMessage());
    }
  }
}
