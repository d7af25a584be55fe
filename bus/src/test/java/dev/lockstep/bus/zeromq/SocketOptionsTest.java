package dev.lockstep.bus.zeromq;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** What others would take too long to show: what a peer that says nothing, or vanishes, meets. */
@Tag("R15")
class SocketOptionsTest {
  private final ZMQ.Context context = ZMQ.context(1);
  private final ZMQ.Socket socket = context.socket(SocketType.XPUB);

  @AfterEach
  void close() {
    socket.close();
    context.term();
  }

  @Test
  void apply_encrypted_boundsMessagesQueuesAndTimes() {
    new SocketOptions(1 << 20, true, 123).apply(socket);

    assertThat(socket.getMaxMsgSize()).isBetween(1L << 20, (1L << 20) + 4_096);
    assertThat(socket.getSndHWM()).isEqualTo(123);
    assertThat(socket.getRcvHWM()).as("never full: the engine corrupts what waits").isZero();
    assertThat(socket.getHandshakeIvl()).as("who says nothing is cut off").isEqualTo(10_000);
    assertThat(socket.getTCPKeepAlive()).as("who vanishes is noticed").isEqualTo(1);
    assertThat(socket.getTCPKeepAliveIdle()).isEqualTo(30);
    assertThat(socket.getTCPKeepAliveInterval() * socket.getTCPKeepAliveCount()).isEqualTo(30);
    assertThat(socket.getReconnectIVLMax()).isEqualTo(5_000);
  }

  @Test
  void apply_plain_boundsWhatIsReceivedToo() {
    new SocketOptions(1 << 20, false, 123).apply(socket);

    assertThat(socket.getRcvHWM()).isEqualTo(123);
  }
}
