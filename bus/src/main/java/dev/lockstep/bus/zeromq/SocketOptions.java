package dev.lockstep.bus.zeromq;

import org.zeromq.ZMQ;

/**
 * What is set on every socket before it is bound or connected.
 *
 * @param maxMessageSize bytes of an envelope; a peer that sends more is cut off, without this limit
 *     one packet of a stranger kills the I/O thread
 * @param curve whether the socket is encrypted
 * @param queue messages that wait per peer; more are lost
 */
record SocketOptions(int maxMessageSize, boolean curve, int queue) {
  /** The first connection is wanted soon; see {@link #LATER_RECONNECT_MILLIS}. */
  static final int FIRST_RECONNECT_MILLIS = 100;

  /** Trying more often is most of what an idle bus costs. */
  static final int LATER_RECONNECT_MILLIS = 1_000;

  static final int LONGEST_RECONNECT_MILLIS = 5_000;

  /** CURVE, topic and handshake need some bytes more than the envelope. */
  private static final int OVERHEAD = 2_048;

  private static final int HANDSHAKE_MILLIS = 10_000;
  private static final int KEEPALIVE_IDLE_SECONDS = 30;
  private static final int KEEPALIVE_COUNT = 3;
  private static final int KEEPALIVE_INTERVAL_SECONDS = 10;

  void apply(ZMQ.Socket socket) {
    socket.setMaxMsgSize((long) maxMessageSize + OVERHEAD);
    socket.setHandshakeIvl(HANDSHAKE_MILLIS);
    socket.setLinger(0);
    socket.setSndHWM(queue);
    // A full receive queue makes a CURVE connection lose and corrupt messages, so it must never
    // be full: whoever owns the socket reads at once and bounds the memory himself.
    socket.setRcvHWM(curve ? 0 : queue);
    socket.setReconnectIVL(FIRST_RECONNECT_MILLIS);
    socket.setReconnectIVLMax(LONGEST_RECONNECT_MILLIS);
    socket.setTCPKeepAlive(1);
    socket.setTCPKeepAliveIdle(KEEPALIVE_IDLE_SECONDS);
    socket.setTCPKeepAliveCount(KEEPALIVE_COUNT);
    socket.setTCPKeepAliveInterval(KEEPALIVE_INTERVAL_SECONDS);
  }
}
