package dev.lockstep.bus.zeromq;

import dev.lockstep.bus.core.BusLimits;
import dev.lockstep.bus.core.FrameBus;
import dev.lockstep.bus.core.HandlerThread;
import java.time.Clock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens buses over ZeroMQ. */
public final class ZeroMqBus {
  private static final Logger LOG = LoggerFactory.getLogger(ZeroMqBus.class);

  private ZeroMqBus() {}

  /**
   * Begins a bus for a participant with a name that is unique on its bus. With the key of a device
   * or component, a name that is not its own is put behind that of the key: {@code key/name}.
   */
  public static Builder builder(String source, ZeroMqBusSettings settings) {
    return new Builder(source, settings);
  }

  /** What is optional when a bus is opened. */
  public static final class Builder {
    private final String source;
    private final ZeroMqBusSettings settings;
    private Clock clock = Clock.systemUTC();
    private Consumer<Throwable> onFailure =
        failure -> LOG.error("the bus of this process no longer works; restart it", failure);

    private Builder(String source, ZeroMqBusSettings settings) {
      this.source = source;
      this.settings = settings;
    }

    /** Gives the time for messages; the system's by default. */
    public Builder clock(Clock wanted) {
      clock = wanted;
      return this;
    }

    /**
     * Called once, on the failed thread, if a thread of the bus dies and the bus can no longer
     * work; a process should end then. Logs by default.
     */
    public Builder onFailure(Consumer<Throwable> callback) {
      onFailure = callback;
      return this;
    }

    /** Opens the bus at once; it connects by itself, now or when the broker is there. */
    public FrameBus open() {
      ClassPathOrder.check();
      ZeroMqLink link = new ZeroMqLink(source, settings, onFailure);
      return FrameBus.open(
          ownName(),
          link,
          new HandlerThread("bus-" + source + "-handlers", settings.receiveQueue()),
          clock,
          BusLimits.forMessagesUpTo(settings.maxMessageSize()));
    }

    /** Whose key is bound must not call itself otherwise: the broker would drop its messages. */
    private String ownName() {
      return settings
          .curve()
          .map(keys -> keys.own().participant())
          .filter(own -> own.isBound() && !own.mayCallItself(source))
          .map(own -> own.name() + "/" + source)
          .orElse(source);
    }
  }
}
