package dev.lockstep.bus.zeromq;

import java.nio.charset.StandardCharsets;
import org.zeromq.ZMQ;
import zmq.Ctx;
import zmq.Msg;
import zmq.SocketBase;
import zmq.pipe.Pipe;
import zmq.util.Blob;

/**
 * An XPUB or XSUB socket that tells its owner which peer each message comes from, and lets it write
 * to single peers. JeroMQ's own tell nobody who subscribes (ADR 0012). Used by one thread.
 */
final class PeerSocket extends SocketBase {
  private final Peers peers;

  private PeerSocket(Ctx context, int thread, int socket, int type, Peers peers) {
    super(context, thread, socket);
    this.peers = peers;
    options.type = type;
  }

  /** Whom the socket tells; called on the thread that uses it. */
  interface Peers {
    /** A peer has connected; who it is is known with its first message. */
    void attached(Pipe pipe);

    /** A peer has sent something. */
    void readable(Pipe pipe);

    /** A peer's connection has ended. */
    void gone(Pipe pipe);

    /** Whether something waits for the owner. */
    boolean hasInput();
  }

  /** Makes a socket of a type; it has all of JeroMQ's options. */
  static ZMQ.Socket make(ZMQ.Context context, int type, Peers peers) {
    return new Door(
        Seams.put(
            context,
            type,
            (ctx, thread, socket) -> new PeerSocket(ctx, thread, socket, type, peers)));
  }

  /** What ZAP said who it is; null without CURVE, and before the first message. */
  static String token(Pipe pipe) {
    Blob credential = pipe.getCredential();
    return credential == null ? null : new String(credential.data(), StandardCharsets.UTF_8);
  }

  @Override
  protected void xattachPipe(Pipe pipe, boolean subscribeToAll, boolean locallyInitiated) {
    peers.attached(pipe);
    peers.readable(pipe);
  }

  @Override
  protected void xreadActivated(Pipe pipe) {
    peers.readable(pipe);
  }

  @Override
  protected void xwriteActivated(Pipe pipe) {
    // Writing finds out by itself.
  }

  @Override
  protected void xpipeTerminated(Pipe pipe) {
    peers.gone(pipe);
  }

  @Override
  protected boolean xhasIn() {
    return peers.hasInput();
  }

  @Override
  protected boolean xhasOut() {
    return true;
  }

  /** Messages are taken from the peers; this only lets the socket look after itself. */
  @Override
  protected Msg xrecv() {
    errno.set(zmq.ZError.EAGAIN);
    return null;
  }

  private static final class Door extends ZMQ.Socket {
    private Door(SocketBase base) {
      super(base);
    }
  }
}
