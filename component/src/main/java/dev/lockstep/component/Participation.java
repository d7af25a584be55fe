package dev.lockstep.component;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.bus.zeromq.ZeroMqBus;
import dev.lockstep.bus.zeromq.ZeroMqBusSettings;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.config.SettingsLoader;
import dev.lockstep.frontendagent.AgentSettings;
import dev.lockstep.frontendagent.FrontendAgent;
import dev.lockstep.frontendagent.adapter.file.DrainedFiles;
import dev.lockstep.frontendagent.adapter.file.InstalledFiles;
import dev.lockstep.frontendagent.port.Frontend;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A component's part in updates, for as long as its process runs: it is announced, is asked before
 * installs, drains before a restart and gets its state back after it.
 *
 * <p>Callbacks are called one at a time on one thread of the kit's own. They may block up to the
 * request's deadline; one that throws is an answer too ("has not drained: …"). Where the network or
 * the hub is away nothing is called, and the connection is made again by itself. Closing announces
 * that the component leaves.
 */
public final class Participation implements AutoCloseable {
  private final String component;
  private final FrontendAgent agent;
  private final Bus bus;

  private Participation(String component, FrontendAgent agent, Bus bus) {
    this.component = component;
    this.agent = agent;
    this.bus = bus;
  }

  /** Begins to describe a component by its id. */
  public static Builder of(String component) {
    return new Builder(component);
  }

  /**
   * Takes the facts from the environment, as the device's settings hand them over: {@code
   * LOCKSTEP_COMPONENT}, {@code LOCKSTEP_DEVICE}, {@code LOCKSTEP_FOLDER}, {@code
   * LOCKSTEP_PUBLISH_ADDRESS}, {@code LOCKSTEP_SUBSCRIBE_ADDRESS}, {@code LOCKSTEP_KEY_FILE},
   * {@code LOCKSTEP_BROKER_KEY_FILE}, and where wanted {@code LOCKSTEP_ROLE}.
   *
   * @throws IllegalStateException if a variable is missing, naming it
   */
  public static Builder fromEnvironment() {
    return fromEnvironment(System.getenv());
  }

  static Builder fromEnvironment(Map<String, String> environment) {
    Builder builder =
        of(required(environment, "LOCKSTEP_COMPONENT"))
            .device(required(environment, "LOCKSTEP_DEVICE"))
            .folder(Path.of(required(environment, "LOCKSTEP_FOLDER")))
            .startId(Builder.startId(environment));
    String role = environment.get("LOCKSTEP_ROLE");
    if (role != null) {
      builder.role(Role.valueOf(role.toUpperCase(Locale.ROOT)));
    }
    String publish = required(environment, "LOCKSTEP_PUBLISH_ADDRESS");
    String subscribe = required(environment, "LOCKSTEP_SUBSCRIBE_ADDRESS");
    String key = environment.get("LOCKSTEP_KEY_FILE");
    return key == null
        ? builder.plainBus(publish, subscribe)
        : builder.bus(
            publish,
            subscribe,
            Path.of(key),
            Path.of(required(environment, "LOCKSTEP_BROKER_KEY_FILE")));
  }

  private static String required(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name))
        .filter(value -> !value.isBlank())
        .orElseThrow(() -> cannot(name + " is not set", "set it in the component's environment"));
  }

  private static IllegalStateException cannot(String why, String remedy) {
    return new IllegalStateException("cannot take part in updates: " + why + "; " + remedy);
  }

  /** The answer to prepare that lets an install start. */
  public static Optional<Frontend.Inhibition> ready() {
    return Optional.empty();
  }

  /**
   * The answer to prepare that asks an install to wait.
   *
   * @param owner who needs the delay, for people
   * @param reason why, for people
   * @param until when it ends at the latest
   */
  public static Optional<Frontend.Inhibition> notBefore(
      Instant until, String owner, String reason) {
    return Optional.of(new Frontend.Inhibition(owner, reason, until));
  }

  /**
   * Asks for more time before the next planned restart, at any moment; {@link
   * Builder#onPostponable} is for those who know when they hear of it. Returns at once. The hub
   * grants it within {@code notice.max_postpones} and {@code notice.max_postpone_time}, and the new
   * time comes as a notice; a refusal is logged.
   *
   * @return whether a restart is planned that may be postponed; nobody is asked otherwise
   */
  public boolean postpone(Duration by) {
    return agent.postpone(component, by);
  }

  /** Announces that the component leaves, and lets go of the bus. Twice is harmless. */
  @Override
  public void close() {
    agent.close();
    bus.close();
  }

  /** What is known of a component before it takes part. */
  public static final class Builder {
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration SILENCE_LIMIT = Duration.ofHours(1);

    private final String component;
    private String device;
    private Role role = Role.MODULE;
    private Path folder;
    private Path state;
    private Duration heartbeat = HEARTBEAT;
    private ZeroMqBusSettings connection;
    private Function<Frontend.Request, Optional<Frontend.Inhibition>> onPrepare =
        request -> ready();
    private Function<Frontend.Request, byte[]> onDrain = request -> new byte[0];
    private Consumer<byte[]> onRestored = state -> {};
    private Consumer<Optional<Frontend.ShownNotice>> onNotice = notice -> {};
    private Function<Frontend.ShownNotice, Optional<Duration>> onPostponable =
        notice -> Optional.empty();
    private Consumer<Optional<Frontend.StoreNotice>> onStore = notice -> {};
    private Supplier<Optional<String>> trouble = Optional::empty;
    private String startId = startId(System.getenv());

    private Builder(String component) {
      this.component = component;
    }

    /** The device that it runs on. */
    public Builder device(String id) {
      device = id;
      return this;
    }

    /** Its place in the order of an update; a module by default. */
    public Builder role(Role wanted) {
      role = wanted;
      return this;
    }

    /** Its folder on the device, {@code <root>/<component>}: what is installed is read there. */
    public Builder folder(Path path) {
      folder = path;
      return this;
    }

    /**
     * Where its state is kept while it restarts; {@code data/lockstep} in its folder by default.
     */
    public Builder keepStateIn(Path path) {
      state = path;
      return this;
    }

    /** How often it announces itself; 5 s by default. */
    public Builder heartbeat(Duration interval) {
      heartbeat = interval;
      return this;
    }

    /**
     * The encrypted bus.
     *
     * @param ownKey the component's certificate with its secret key ({@code .key_secret})
     * @param brokerKey the broker's public certificate ({@code .key})
     * @throws dev.lockstep.bus.BusException if an address or a key cannot be used
     */
    public Builder bus(
        String publishAddress, String subscribeAddress, Path ownKey, Path brokerKey) {
      connection =
          ZeroMqBusSettings.encrypted(
              publishAddress,
              subscribeAddress,
              new ZeroMqBusSettings.CurveKeys(
                  Certificate.read(ownKey), Certificate.read(brokerKey)));
      return this;
    }

    /** A bus without keys, which only reaches this machine. */
    public Builder plainBus(String publishAddress, String subscribeAddress) {
      connection = ZeroMqBusSettings.plain(publishAddress, subscribeAddress);
      return this;
    }

    /** Asked before an install, of whatever component: {@link #ready} or {@link #notBefore}. */
    public Builder onPrepare(Function<Frontend.Request, Optional<Frontend.Inhibition>> callback) {
      onPrepare = callback;
      return this;
    }

    /**
     * Asked before a restart that concerns it: finish, let go of connections, and return what the
     * next process needs to go on (at most 64 KiB; nobody looks into it).
     */
    public Builder onDrain(Function<Frontend.Request, byte[]> callback) {
      onDrain = callback;
      return this;
    }

    /** Given after the restart what was drained with, again and again until it does not throw. */
    public Builder onRestored(Consumer<byte[]> callback) {
      onRestored = callback;
      return this;
    }

    /**
     * Told when a restart is planned or moved, ten minutes and one minute before it, and (empty)
     * when none is planned any more.
     */
    public Builder onNotice(Consumer<Optional<Frontend.ShownNotice>> callback) {
      onNotice = callback;
      return this;
    }

    /**
     * Asked after {@link #onNotice}, where the restart may be postponed: by how much later it
     * should be, or empty where it suits. See {@link Participation#postpone}.
     */
    public Builder onPostponable(Function<Frontend.ShownNotice, Optional<Duration>> callback) {
      onPostponable = callback;
      return this;
    }

    /**
     * Told what newer version people should get from a store, which Lockstep cannot install, and
     * (empty) when there is none any more; again and again until it does not throw.
     */
    public Builder onStore(Consumer<Optional<Frontend.StoreNotice>> callback) {
      onStore = callback;
      return this;
    }

    /**
     * Asked with each heartbeat whether it works; always, by default. With {@code health.probe:
     * bus} in the device's settings this is what decides whether a new release stays.
     */
    public Builder healthy(BooleanSupplier callback) {
      return trouble(() -> callback.getAsBoolean() ? Optional.empty() : Optional.of(""));
    }

    /** The same with words for people: what is wrong, empty where it works. */
    public Builder trouble(Supplier<Optional<String>> callback) {
      trouble = callback;
      return this;
    }

    /** A check that fails is an answer too. */
    private Optional<String> troubleNow() {
      try {
        return trouble.get();
      } catch (RuntimeException failed) {
        return Optional.of("its own check failed: " + failed);
      }
    }

    Builder startId(String id) {
      startId = id;
      return this;
    }

    private static String startId(Map<String, String> environment) {
      String systemd = environment.getOrDefault("INVOCATION_ID", "");
      return environment.getOrDefault("LOCKSTEP_START", systemd);
    }

    /**
     * Connects and takes part from now on. Returns at once; the connection is made when the broker
     * is there.
     *
     * @throws IllegalStateException if device, folder or bus is missing
     */
    public Participation join() {
      if (connection == null) {
        throw cannot("no bus is named", "call bus(…) or plainBus(…)");
      }
      return join(ZeroMqBus.builder(deviceOrFail() + "/" + component, connection).open());
    }

    /** The same on a bus that is open already; it is closed with the participation. */
    Participation join(Bus bus) {
      AgentSettings settings =
          new AgentSettings(
              deviceOrFail(),
              SettingsLoader.platformOfThisMachine(),
              heartbeat,
              SILENCE_LIMIT,
              false,
              Map.of(component, role),
              Map.of(),
              startId);
      Path own = folderOrFail();
      FrontendAgent agent =
          new FrontendAgent(
              settings,
              bus,
              Clock.systemUTC(),
              id -> new Callbacks(onPrepare, onDrain, onRestored, onNotice, onPostponable, onStore),
              id -> troubleNow(),
              new InstalledFiles(id -> own, Map.of()),
              new DrainedFiles(state == null ? own.resolve("data/lockstep") : state));
      agent.start();
      return new Participation(component, agent, bus);
    }

    private String deviceOrFail() {
      if (device == null) {
        throw cannot("no device is named", "call device(…)");
      }
      return device;
    }

    private Path folderOrFail() {
      if (folder == null) {
        throw cannot("its folder is not named", "call folder(…)");
      }
      return folder.toAbsolutePath();
    }
  }
}
