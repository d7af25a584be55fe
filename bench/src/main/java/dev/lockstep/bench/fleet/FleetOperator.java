package dev.lockstep.bench.fleet;

import dev.lockstep.app.Connections;
import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.config.SettingsLoader;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.CheckRequest;
import dev.lockstep.protocol.v1.ComponentState;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** Asks the hub what a person could ask. For one thread. */
final class FleetOperator implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private final Bus bus;

  private FleetOperator(Bus bus) {
    this.bus = bus;
  }

  static FleetOperator connect(Path hub) {
    return new FleetOperator(
        Connections.open("operator", SettingsLoader.loadBus(hub.resolve("operator.yaml"))));
  }

  /** Lets the hub look for new releases now. */
  void check() throws IOException {
    answer(
        () ->
            bus.request(
                    Topics.CHECK_REQUEST,
                    CheckRequest.newBuilder().setForce(true).setReason("benchmark").build(),
                    Topics.CHECK_RESPONSE,
                    RequestOptions.within(DEADLINE))
                .join());
  }

  /** Waits until the hub takes so many frontends for present. */
  void awaitPresent(int count, long patienceNanos) throws IOException {
    long giveUp = System.nanoTime() + patienceNanos;
    long present = present();
    while (present != count) {
      if (System.nanoTime() > giveUp) {
        throw new IOException("the hub takes %d frontends for present".formatted(present));
      }
      FleetBenchmark.pause(500);
      present = present();
    }
  }

  private long present() throws IOException {
    StateReport[] state = new StateReport[1];
    answer(
        () ->
            state[0] =
                bus.request(
                        Topics.STATE_REQUEST,
                        StateRequest.newBuilder()
                            .addDevices("hub")
                            .addServices("version-management")
                            .build(),
                        Topics.STATE_REPORT,
                        RequestOptions.within(DEADLINE))
                    .join()
                    .payload());
    return state[0].getComponentsList().stream()
        .filter(one -> one.getComponent().equals(SimulatedFrontend.COMPONENT))
        .filter(one -> !one.getAway())
        .map(ComponentState::getDevice)
        .distinct()
        .count();
  }

  private static void answer(Runnable question) throws IOException {
    try {
      question.run();
    } catch (CompletionException | BusException silent) {
      throw new IOException("the hub does not answer: " + silent.getMessage(), silent);
    }
  }

  @Override
  public void close() {
    bus.close();
  }
}
