package dev.lockstep.bench.fleet;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.News;
import dev.lockstep.bus.zeromq.Certificate;
import dev.lockstep.bus.zeromq.ZeroMqBus;
import dev.lockstep.bus.zeromq.ZeroMqBusSettings;
import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.frontendagent.AgentSettings;
import dev.lockstep.frontendagent.FrontendAgent;
import dev.lockstep.frontendagent.adapter.http.SilentFrontend;
import dev.lockstep.frontendagent.domain.Drained;
import dev.lockstep.frontendagent.domain.Installed;
import dev.lockstep.frontendagent.port.DrainedStore;
import dev.lockstep.protocol.Attributes;
import dev.lockstep.protocol.Topic;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.release.DeviceNames;
import dev.lockstep.protocol.v1.OfferedRelease;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.UpdateAvailable;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * A frontend's device as the bus sees it: the real connection and the real agent; of atomic-updates
 * only what it subscribes to and what it repeats.
 */
final class SimulatedFrontend implements AutoCloseable {
  /** What every one of them has. */
  static final String COMPONENT = "kiosk-ui";

  private static final ReleaseVersion INSTALLED = ReleaseVersion.parse("1.0.0");
  private static final Duration SILENCE_LIMIT = Duration.ofHours(1);

  /** What a device's services listen to, besides offers. */
  private static final List<Topic<?>> LISTENED =
      List.of(
          Topics.PREPARE_REQUEST,
          Topics.DRAIN_REQUEST,
          Topics.RESTART_SCHEDULED,
          Topics.INSTALL_PROGRESS,
          Topics.DOWNLOAD_COMPLETE,
          Topics.STATE_REPORT,
          Topics.PREPARE_RESPONSE,
          Topics.DRAIN_RESPONSE,
          Topics.DOWNLOAD_REQUEST,
          Topics.DOWNLOAD_CANCEL,
          Topics.DEVICE_INSTRUCTION,
          Topics.REVERT_REQUEST,
          Topics.HISTORY_REQUEST,
          Topics.LOG_REQUEST,
          Topics.COMPONENT_ANNOUNCE,
          Topics.INSTALL_COMPLETE,
          Topics.STATE_REQUEST);

  /**
   * What it knows.
   *
   * @param connections how often the connection was made
   * @param connectedAt {@link System#nanoTime} of the last one
   * @param offered the version that is offered to it; empty before the first offer
   * @param sentAt when the hub said so, by the system's clock
   * @param offeredAt when it heard so, by the system's clock
   */
  record Known(
      long connections, long connectedAt, String offered, Instant sentAt, Instant offeredAt) {}

  private final String device;
  private final Bus bus;
  private final FrontendAgent agent;
  private final LongAdder heard;
  private final News<StateReport> reported;
  private volatile Known known = new Known(0, 0, "", Instant.EPOCH, Instant.EPOCH);

  /** Connects by itself, as soon as it can. */
  SimulatedFrontend(
      String device,
      Path key,
      Certificate broker,
      String[] addresses,
      Duration heartbeat,
      LongAdder heard) {
    this.device = device;
    this.heard = heard;
    ZeroMqBusSettings settings =
        ZeroMqBusSettings.encrypted(
            addresses[0],
            addresses[1],
            new ZeroMqBusSettings.CurveKeys(Certificate.read(key), broker));
    this.bus = ZeroMqBus.builder(device, settings).open();
    this.reported = new News<>(bus::pace);
    bus.onConnected(this::connected);
    LISTENED.forEach(this::count);
    bus.subscribe(
        Topics.AVAILABLE,
        message -> offered(message.payload(), message.sentAt(), Clock.systemUTC().instant()));
    this.agent =
        new FrontendAgent(
            new AgentSettings(
                device,
                "linux/amd64",
                heartbeat,
                SILENCE_LIMIT,
                true,
                Map.of(COMPONENT, Role.FRONTEND),
                Map.of(),
                ""),
            bus,
            Clock.systemUTC(),
            component -> new SilentFrontend(),
            component -> Optional.empty(),
            component ->
                new Installed(
                    Optional.of(INSTALLED), Optional.empty(), List.of(), Optional.empty()),
            new NothingDrained());
    agent.start();
  }

  private void count(Topic<?> topic) {
    bus.subscribe(topic, message -> heard.increment());
  }

  private synchronized void connected() {
    reported.again();
    known =
        new Known(
            known.connections + 1, System.nanoTime(), known.offered, known.sentAt, known.offeredAt);
    reportAsAtomicUpdates();
  }

  private synchronized void offered(UpdateAvailable message, Instant sentAt, Instant now) {
    String version =
        message.getOffer().getReleasesList().stream()
            .filter(release -> release.getComponent().equals(COMPONENT))
            .filter(release -> DeviceNames.of(release).contains(device))
            .map(OfferedRelease::getToVersion)
            .findFirst()
            .orElse("");
    if (!version.equals(known.offered)) {
      known = new Known(known.connections, known.connectedAt, version, sentAt, now);
    }
  }

  /** What atomic-updates says with a heartbeat, besides what the agent does. */
  void reportAsAtomicUpdates() {
    StateReport report =
        StateReport.newBuilder().setDevice(device).setService("atomic-updates").build();
    if (reported.isNews(report, Clock.systemUTC().instant())) {
      bus.publish(Topics.STATE_REPORT, report, Map.of(Attributes.KEY, device + "/atomic-updates"));
    }
  }

  Known known() {
    return known;
  }

  @Override
  public void close() {
    agent.close();
    bus.close();
  }

  /** Nothing is installed here, so nothing drains. */
  private static final class NothingDrained implements DrainedStore {
    @Override
    public Optional<Drained> load(String component) {
      return Optional.empty();
    }

    @Override
    public void save(String component, Drained drained) {
      throw new IllegalStateException("a simulated frontend was drained");
    }

    @Override
    public void delete(String component) {
      // There is none.
    }
  }
}
