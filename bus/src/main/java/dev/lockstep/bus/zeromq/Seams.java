package dev.lockstep.bus.zeromq;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.zeromq.ZMQ;
import zmq.Ctx;
import zmq.IMailbox;
import zmq.Own;
import zmq.SocketBase;
import zmq.pipe.Pipe;

/**
 * The few places where JeroMQ has no door: putting a socket of our own into a context, and closing
 * one peer's connection. All reflection on JeroMQ is in here; its version is pinned, and a broker
 * on another one refuses to start instead of letting everybody read.
 */
final class Seams {
  private static final Field CONTEXT = field(ZMQ.Context.class, "ctx");
  private static final Field LOCK = field(Ctx.class, "slotSync");
  private static final Field SOCKETS = field(Ctx.class, "sockets");
  private static final Field SLOTS = field(Ctx.class, "slots");
  private static final Field PEER = field(Pipe.class, "peer");
  private static final Field SINK = field(Pipe.class, "sink");
  private static final Method MAILBOX = method(SocketBase.class, "getMailbox");
  private static final Method TERMINATE = method(Own.class, "terminate");

  private Seams() {}

  /** Makes a socket. */
  interface Maker<S extends SocketBase> {
    S make(Ctx context, int thread, int socket);
  }

  /** Puts a socket of our own where JeroMQ has just put one of that type. */
  static <S extends SocketBase> S put(ZMQ.Context context, int type, Maker<S> maker) {
    try {
      Ctx ctx = (Ctx) CONTEXT.get(context);
      SocketBase standard = ctx.createSocket(type);
      S own = maker.make(ctx, standard.getTid(), standard.getTid());
      Lock lock = (Lock) LOCK.get(ctx);
      lock.lock();
      try {
        @SuppressWarnings("unchecked")
        List<SocketBase> sockets = (List<SocketBase>) SOCKETS.get(ctx);
        sockets.set(sockets.indexOf(standard), own);
        ((IMailbox[]) SLOTS.get(ctx))[standard.getTid()] = (IMailbox) MAILBOX.invoke(own);
      } finally {
        lock.unlock();
      }
      ((IMailbox) MAILBOX.invoke(standard)).close();
      return own;
    } catch (ReflectiveOperationException | IOException e) {
      throw otherVersion(e);
    }
  }

  /**
   * Closes the connection behind a pipe; its peer may connect anew. Called by the socket's owner.
   */
  static void disconnect(Pipe pipe) {
    try {
      Object peer = PEER.get(pipe);
      Object session = peer == null ? null : SINK.get(peer);
      if (session instanceof Own) {
        TERMINATE.invoke(session);
      }
    } catch (ReflectiveOperationException e) {
      throw otherVersion(e);
    }
  }

  private static Field field(Class<?> owner, String name) {
    try {
      Field field = owner.getDeclaredField(name);
      field.setAccessible(true);
      return field;
    } catch (ReflectiveOperationException e) {
      throw otherVersion(e);
    }
  }

  private static Method method(Class<?> owner, String name) {
    try {
      Method method = owner.getDeclaredMethod(name);
      method.setAccessible(true);
      return method;
    } catch (ReflectiveOperationException e) {
      throw otherVersion(e);
    }
  }

  private static IllegalStateException otherVersion(Exception cause) {
    return new IllegalStateException(
        "cannot run a broker on this version of JeroMQ; use the one in Lockstep's pom.xml", cause);
  }
}
