package dev.lockstep.bus.memory;

import dev.lockstep.bus.BusContractTest;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Role;
import org.junit.jupiter.api.AfterEach;

/** The contract, in memory. */
class InMemoryBusTest extends BusContractTest {
  private final InMemoryBroker broker = InMemoryBroker.threaded();

  @AfterEach
  void closeBroker() {
    broker.close();
  }

  @Override
  protected FrameBus connect(String source, Role role) {
    return broker.connect(source, role);
  }

  @Override
  protected void stopBroker() {
    broker.stop();
  }

  @Override
  protected void startBroker() {
    broker.start();
  }

  @Override
  protected void sendRaw(byte[] topic, byte[] envelope) {
    broker.inject(topic, envelope);
  }
}
