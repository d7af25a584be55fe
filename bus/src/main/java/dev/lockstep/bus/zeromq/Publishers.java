package dev.lockstep.bus.zeromq;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.zeromq.ZMQ;
import zmq.Msg;
import zmq.io.Metadata;
import zmq.pipe.Pipe;

/**
 * The broker's end towards publishers: takes one message of each in turn, so that a flood of one
 * does not delay the others. Used by the broker's thread.
 */
final class Publishers implements PeerSocket.Peers {
  private static final byte[] EVERYTHING = {1};

  private final Set<Pipe> connected = new HashSet<>();
  private final Set<Pipe> ready = new LinkedHashSet<>();
  private final ZMQ.Socket socket;

  Publishers(ZMQ.Context context) {
    socket = PeerSocket.make(context, zmq.ZMQ.ZMQ_XSUB, this);
  }

  ZMQ.Socket socket() {
    return socket;
  }

  /** Subscribes to everything: a publisher need not learn who listens before it sends. */
  @Override
  public void attached(Pipe pipe) {
    connected.add(pipe);
    pipe.write(new Msg(EVERYTHING.clone()));
    pipe.flush();
  }

  @Override
  public void readable(Pipe pipe) {
    ready.add(pipe);
  }

  @Override
  public void gone(Pipe pipe) {
    connected.remove(pipe);
    ready.remove(pipe);
  }

  @Override
  public boolean hasInput() {
    return !ready.isEmpty();
  }

  /** Lets the socket look after connections that come, go and have something to say. */
  void refresh() {
    socket.base().recv(ZMQ.DONTWAIT);
  }

  /** The next message; null if none waits. */
  Incoming next() {
    while (!ready.isEmpty()) {
      Pipe pipe = ready.iterator().next();
      ready.remove(pipe);
      Msg first = pipe.read();
      if (first != null) {
        ready.add(pipe); // Behind the others.
        return whole(pipe, first);
      }
    }
    return null;
  }

  private static Incoming whole(Pipe pipe, Msg first) {
    Msg envelope = null;
    int frames = 1;
    for (Msg last = first; last != null && last.hasMore(); frames++) {
      last = pipe.read();
      envelope = frames == 1 ? last : envelope;
    }
    return new Incoming(pipe, honestToken(pipe, first), first, envelope, frames);
  }

  /**
   * A peer can claim a user id in its handshake, which JeroMQ then shows instead of the broker's.
   * Whoever claims another than its own is nobody.
   */
  private static String honestToken(Pipe pipe, Msg first) {
    Metadata metadata = first.getMetadata();
    String claimed = metadata == null ? null : metadata.get(Metadata.USER_ID);
    String token = PeerSocket.token(pipe);
    return token != null && token.equals(claimed) ? token : null;
  }

  /**
   * Closes the connections of those who are not to be known any more.
   *
   * @param silentToo whether also those on which nothing was sent yet, of which nobody can tell
   *     whose they are; they may be made anew
   */
  void disconnectIf(Predicate<String> unknown, boolean silentToo) {
    for (Pipe pipe : List.copyOf(connected)) {
      String token = PeerSocket.token(pipe);
      if (token == null ? silentToo : unknown.test(token)) {
        Seams.disconnect(pipe);
      }
    }
  }

  /**
   * A message as it came.
   *
   * @param token whose connection it came on; null without CURVE or if the peer lied about it
   * @param envelope the second frame; null if there is none
   */
  record Incoming(Pipe pipe, String token, Msg topic, Msg envelope, int frames) {}
}
