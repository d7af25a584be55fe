package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.bus.BusContractTest;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.protocol.Role;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** The contract, over TCP with CURVE. */
class ZeroMqBusTest extends BusContractTest {
  @TempDir Path folder;
  private TestBroker broker;
  private ZMQ.Context context;
  private ZMQ.Socket raw;

  @BeforeEach
  void startTheBroker() {
    broker = new TestBroker(folder);
  }

  @AfterEach
  void closeBroker() {
    if (raw != null) {
      raw.close();
      context.term();
    }
    broker.close();
    assertThat(broker.failure).hasValue(null);
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
    if (raw == null) {
      context = ZMQ.context(1);
      raw = broker.rawSocket(context, SocketType.XPUB, broker.key("raw", Role.HUB));
    }
    raw.sendMore(topic);
    raw.send(envelope);
  }
}
