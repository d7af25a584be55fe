package dev.lockstep.app;

import dev.lockstep.atomicupdates.AtomicUpdates;
import dev.lockstep.atomicupdates.journal.SqliteLibrary;
import dev.lockstep.atomicupdates.lancache.LanCache;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.process.LauncherFiles;
import dev.lockstep.bus.Bus;
import dev.lockstep.config.BusSettings.Broker;
import dev.lockstep.config.ComponentSettings.Announce;
import dev.lockstep.config.Settings;
import dev.lockstep.frontendagent.FrontendAgent;
import dev.lockstep.tuf.Fetcher;
import dev.lockstep.tuf.HttpFetcher;
import dev.lockstep.tuf.HttpSettings;
import dev.lockstep.versionmanagement.VersionManagement;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Composes the modules into processes; nothing else knows them all. */
public final class Wiring {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  private Wiring() {}

  /** The hub: broker where embedded, version-management, atomic-updates with the coordinator. */
  public static RunningProcess hub(Settings settings) {
    return start(
        settings,
        process -> {
          Clock clock = Clock.systemUTC();
          if (settings.bus().broker() == Broker.EMBEDDED) {
            process.opens("broker", Connections.startBroker(settings.bus(), process::fail));
            Connections.openPairing(settings.bus(), process::fail)
                .ifPresent(desk -> process.opens("pairing", desk));
          }
          Bus bus = openBus(settings, process);
          settings
              .lanCache()
              .listen()
              .ifPresent(address -> process.opens("lan-cache", lanCache(address, settings, clock)));
          // Who knows listens before those who announce themselves begin to.
          process.opens("version-management", new VersionManagement(settings, bus, clock)).start();
          atomicUpdates(settings, bus, clock, true, process);
          if (hasFrontends(settings)) {
            process.opens("frontend-agent", new FrontendAgent(settings, bus, clock)).start();
          }
          LOG.info("the hub {} is ready", settings.device().id());
        });
  }

  /** A frontend device: frontend-agent, atomic-updates. */
  public static RunningProcess frontendDevice(Settings settings) {
    return start(
        settings,
        process -> {
          Clock clock = Clock.systemUTC();
          Bus bus = openBus(settings, process);
          atomicUpdates(settings, bus, clock, false, process);
          process.opens("frontend-agent", new FrontendAgent(settings, bus, clock)).start();
          LOG.info("the frontend device {} is ready", settings.device().id());
        });
  }

  /** A hub with a screen has frontends of its own. */
  private static boolean hasFrontends(Settings settings) {
    return settings.components().values().stream()
        .anyMatch(component -> component.announce() == Announce.AGENT);
  }

  private interface Start {
    void into(RunningProcess process);
  }

  /** Two processes on one state folder would undo each other's work, so a lock comes first. */
  private static RunningProcess start(Settings settings, Start start) {
    RunningProcess process = new RunningProcess();
    try {
      process.opens("state folder", StateLock.take(settings.device().state()));
      SqliteLibrary.keepIn(settings.device().state());
      start.into(process);
      return process;
    } catch (RuntimeException failed) {
      process.closeAll();
      throw failed;
    }
  }

  private static Bus openBus(Settings settings, RunningProcess process) {
    return process.opens(
        "bus", Connections.open(settings.device().id(), settings.bus(), process::fail));
  }

  private static void atomicUpdates(
      Settings settings, Bus bus, Clock clock, boolean hub, RunningProcess process) {
    FaultPoints faults = HaltingFaultPoints.fromSystemProperty();
    AtomicUpdates updates =
        AtomicUpdates.open(
            settings,
            bus,
            clock,
            fetcher(settings, clock),
            LauncherFiles.of(System.getenv(), faults, process::restart, process::fail),
            faults,
            hub);
    // Whoever comes right back takes the components over as they run.
    process.opens("atomic-updates", () -> updates.close(!process.restarting()));
    updates.start();
  }

  private static LanCache lanCache(InetSocketAddress address, Settings settings, Clock clock) {
    return LanCache.start(
        address,
        settings.device().state().resolve("lan-cache"),
        settings.lanCache().maxMegabytes(),
        settings.source(),
        fetcher(settings, clock),
        clock);
  }

  private static Fetcher fetcher(Settings settings, Clock clock) {
    return fetcher(settings, settings.update().downloadTimeout(), clock);
  }

  /** Gets metadata and content as the settings allow, with a timeout of the caller's. */
  public static Fetcher fetcher(Settings settings, Duration timeout, Clock clock) {
    return new HttpFetcher(
        HttpSettings.defaults()
            .withTimeouts(timeout, timeout)
            .withPlainHttp(settings.source().allowPlainHttp()),
        clock);
  }
}
