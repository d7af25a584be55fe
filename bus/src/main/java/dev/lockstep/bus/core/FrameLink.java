package dev.lockstep.bus.core;

import java.time.Duration;

/**
 * Moves frames between one participant and the broker.
 *
 * <p>All methods may be called from any thread and return at once, except {@link #close()}.
 */
public interface FrameLink extends AutoCloseable {

  /** Begins to connect; called once, before anything else. */
  void start(Events events);

  /**
   * Queues two frames for sending.
   *
   * @throws dev.lockstep.bus.BusException {@code BUS_QUEUE_FULL} when too much waits
   */
  void send(byte[] topic, byte[] envelope);

  /** Asks the broker for the messages of a topic. */
  void subscribe(String topic);

  /** Takes {@link #subscribe} back. */
  void unsubscribe(String topic);

  /** Whether the broker can be reached, as far as is known. */
  boolean connected();

  /** How far apart the broker wants to hear what has not changed; zero if it does not say. */
  Duration pace();

  /** Sends what is queued within the linger time, then lets go. Closing twice is harmless. */
  @Override
  void close();

  /** What a link reports; called on a thread of the link's own. */
  interface Events {
    /** Two frames arrived. */
    void received(byte[] topic, byte[] envelope);

    /** The last value of a state, for somebody who has just subscribed. */
    void retained(byte[] topic, byte[] envelope);

    /** Something arrived that is not two frames. */
    void malformed(String why);

    /** The way to the broker and back is open, or open again. */
    void connected();
  }
}
