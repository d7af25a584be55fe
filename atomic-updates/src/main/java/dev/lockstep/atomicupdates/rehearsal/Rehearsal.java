package dev.lockstep.atomicupdates.rehearsal;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.DeviceUpdates.RevertOrder;
import dev.lockstep.atomicupdates.domain.DataOnRevert;
import dev.lockstep.atomicupdates.engine.EnginePorts;
import dev.lockstep.atomicupdates.engine.InstallEngine;
import dev.lockstep.atomicupdates.health.ComponentHealth;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.ProcessControl.Life;
import dev.lockstep.atomicupdates.port.ProcessControl.Status;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.process.ComponentProcesses;
import dev.lockstep.atomicupdates.slots.SlotDirectory;
import dev.lockstep.atomicupdates.staging.LocalStager;
import dev.lockstep.config.Settings;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Installs 1.0.0 of a component made for it, updates it to 2.0.0, lets it revert 3.0.0 by itself,
 * which crashes, and goes back to 1.0.0 with its data; with the device's own engine on real files
 * and real processes. After each of these it looks at link, tree, process, health and data.
 *
 * <p>Changes nothing outside of its {@link Scratch}. Its process is ended when {@link #run}
 * returns. One call at a time.
 */
public final class Rehearsal {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final String BY = "lockstep doctor";

  private final Scratch scratch;
  private final FaultPoints faults;
  private final long deadline;

  /** What was rehearsed so far, and how it went. Called on the thread that rehearses. */
  public record Passed(String what, String seen) {}

  /**
   * Does nothing yet.
   *
   * @param within after which time it gives up, whatever it waits for
   * @param faults hears every instant at which a crash would matter; {@link FaultPoints#NONE}
   *     outside of tests
   */
  public Rehearsal(Scratch scratch, Duration within, FaultPoints faults) {
    this.scratch = scratch;
    this.faults = faults;
    this.deadline = System.nanoTime() + within.toNanos();
  }

  /**
   * Rehearses.
   *
   * @param passed hears each part that went well
   * @return what went wrong, "cannot X: Y", at the first part that did; empty where all went well
   * @throws InterruptedException if this thread is interrupted; its process is ended as well
   */
  public Optional<String> run(Consumer<Passed> passed) throws InterruptedException {
    Settings settings = RehearsalSettings.of(scratch);
    try (Database database = Database.open(scratch.state().resolve("atomic.db"), faults)) {
      new Stage(settings, database).play(passed);
      return Optional.empty();
    } catch (Failed | AtomicUpdatesException failed) {
      LOG.debug("the rehearsal failed", failed);
      return Optional.of(failed.getMessage());
    }
  }

  /** One part did not go as it has to. */
  private static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    Failed(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** The engine and what is around it. */
  private final class Stage {
    private final Path home = scratch.root().resolve(RehearsalSettings.COMPONENT);
    private final SlotDirectory slots = new SlotDirectory(home, Optional.empty(), FaultPoints.NONE);
    private final RehearsalReports reports = new RehearsalReports();
    private final ComponentProcesses processes;
    private final ComponentHealth health;
    private final InstallEngine engine;

    Stage(Settings settings, Database database) {
      Clock clock = Clock.systemUTC();
      processes = new ComponentProcesses(settings.device(), settings.components(), clock);
      health = new ComponentHealth(scratch.root(), settings.components(), processes, clock);
      LocalStager stager = new LocalStager(scratch.root(), RehearsalReleases.all());
      engine =
          new InstallEngine(
              settings,
              database,
              new EnginePorts(stager, reports, reports, processes, health, faults, clock));
    }

    void play(Consumer<Passed> passed) throws Failed, InterruptedException {
      try {
        engine.start();
        InstallResult fresh = install(RehearsalReleases.FIRST, Outcome.COMMITTED);
        stands(RehearsalReleases.FIRST, List.of("1.0.0"));
        passed.accept(new Passed("install of 1.0.0", "healthy after " + millis(fresh.duration())));
        InstallResult update = install(RehearsalReleases.UPDATE, Outcome.COMMITTED);
        stands(RehearsalReleases.UPDATE, List.of("1.0.0", "2.0.0"));
        passed.accept(new Passed("update to 2.0.0", "down for " + millis(update.downtime())));
        InstallResult failing = install(RehearsalReleases.FAILING, Outcome.REVERTED);
        require(
            failing.error().code() == ErrorCode.ERROR_CODE_HEALTH_FAILED,
            "3.0.0 was not reverted for its crash: " + failing.error().getMessage());
        stands(RehearsalReleases.UPDATE, List.of("1.0.0", "2.0.0", "2.0.0"));
        passed.accept(
            new Passed(
                "3.0.0, which crashes, reverted by itself",
                "2.0.0 and its data back after " + millis(failing.duration())));
        InstallResult revert = revert();
        stands(RehearsalReleases.FIRST, List.of("1.0.0", "1.0.0"));
        passed.accept(
            new Passed("revert to 1.0.0 with its data", "down for " + millis(revert.downtime())));
      } finally {
        engine.close(true);
      }
    }

    private InstallResult install(ReleaseVersion version, Outcome wanted)
        throws Failed, InterruptedException {
      String job = BY + " " + version;
      String what = "install " + version;
      engine.stage(job, RehearsalSettings.COMPONENT, version, "");
      Optional<AtomicUpdatesException> failed = await(reports.staged(), "stage " + version);
      if (failed.isPresent()) {
        throw new Failed(failed.get().getMessage(), failed.get());
      }
      engine.install(new InstallOrder(job, RehearsalSettings.COMPONENT, version, false, BY));
      return ended(what, await(reports.results(), what), wanted);
    }

    private InstallResult revert() throws Failed, InterruptedException {
      engine.revert(
          new RevertOrder(
              BY + " revert",
              RehearsalSettings.COMPONENT,
              RehearsalReleases.FIRST,
              DataOnRevert.restoring(""),
              false,
              BY));
      return ended("revert", await(reports.results(), "revert"), Outcome.REVERTED);
    }

    private static InstallResult ended(String what, InstallResult result, Outcome wanted)
        throws Failed {
      if (result.outcome() != wanted) {
        throw new Failed(
            result.error() == null
                ? "cannot %s: it ended as %s, not as %s".formatted(what, result.outcome(), wanted)
                : result.error().getMessage(),
            result.error());
      }
      return result;
    }

    /** Link, tree, process, health, data. */
    private void stands(ReleaseVersion version, List<String> starts)
        throws Failed, InterruptedException {
      try {
        require(
            slots.linked().filter(version::equals).isPresent()
                && slots.active().filter(version::equals).isPresent(),
            "the active link points to " + slots.linked() + ", not to " + version);
        List<String> differences = slots.differences(version);
        require(differences.isEmpty(), "the tree of " + version + " differs: " + differences);
        Status status = processes.status(RehearsalSettings.COMPONENT);
        require(
            status.life() == Life.RUNNING && version.equals(status.version()),
            "its process is %s %s".formatted(status.life(), status.version()));
        Optional<String> trouble = health.ask(RehearsalSettings.COMPONENT);
        require(trouble.isEmpty(), version + " " + trouble.orElse(""));
        List<String> data = Files.readAllLines(home.resolve("data/starts"));
        require(data.equals(starts), "the data are those of starts " + data + ", not " + starts);
      } catch (IOException | AtomicUpdatesException unreadable) {
        throw new Failed(
            "cannot look at what was installed: " + unreadable.getMessage(), unreadable);
      }
    }

    private static void require(boolean so, String otherwise) throws Failed {
      if (!so) {
        throw new Failed("cannot trust what was reported as done: " + otherwise, null);
      }
    }

    private <T> T await(BlockingQueue<T> ends, String what) throws Failed, InterruptedException {
      T end = ends.poll(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (end == null) {
        throw new Failed(
            "cannot " + what + ": it has not ended in time; the machine or its disk is slow", null);
      }
      return end;
    }
  }

  private static String millis(Duration duration) {
    return duration.toMillis() + " ms";
  }
}
