package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.zeromq.ZeroMqBusSettings.CurveKeys;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.StateRequest;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The example of docs/bus.md. */
final class SubscriberExample {
  private SubscriberExample() {}

  // docs/bus.md: begin
  static Bus follow(
      String publish, String subscribe, Path own, Path broker, Consumer<String> shown) {
    CurveKeys keys = new CurveKeys(Certificate.read(own), Certificate.read(broker));
    ZeroMqBusSettings settings = ZeroMqBusSettings.encrypted(publish, subscribe, keys);
    Bus bus = ZeroMqBus.builder("my-page", settings).open();
    bus.subscribe(
        Topics.AVAILABLE,
        message ->
            message
                .payload()
                .getOffer()
                .getReleasesList()
                .forEach(one -> shown.accept(one.getComponent() + " " + one.getToVersion())));
    bus.onLoss(loss -> bus.publish(Topics.STATE_REQUEST, StateRequest.getDefaultInstance()));
    return bus;
  }
  // docs/bus.md: end
}
