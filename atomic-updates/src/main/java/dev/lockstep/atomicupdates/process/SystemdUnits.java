package dev.lockstep.atomicupdates.process;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.ProcessControl;
import dev.lockstep.atomicupdates.process.UnitCommands.Verb;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.config.ComponentSettings.Control;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Components that are systemd units: those whose control is {@code SYSTEMD}. systemd starts them
 * again after a crash and keeps them when Lockstep ends. Any thread.
 *
 * <p>Which version a unit runs is told by a note of the process that was started with it, in {@code
 * run/} of the state folder. Of a process that somebody else started, it is told by when it was
 * born: after the active link was switched, or before.
 */
final class SystemdUnits implements ProcessControl {
  private static final Logger LOG = LoggerFactory.getLogger(SystemdUnits.class);
  private static final List<String> PROPERTIES =
      List.of(
          "ActiveState",
          "SubState",
          "MainPID",
          "NRestarts",
          "ExecMainStatus",
          "ExecMainStartTimestampMonotonic",
          "InvocationID");

  /** A process is born at a time that the system tells to the second. */
  private static final Duration IMPRECISION = Duration.ofSeconds(1);

  private final Path root;
  private final Path state;
  private final UnitCommands commands;
  private final Clock clock;
  private final Map<String, String> units = new LinkedHashMap<>();

  /** Ends of each unit, as far as it was looked at. */
  private final Map<String, UnitExits> exits = new ConcurrentHashMap<>();

  SystemdUnits(
      Path root,
      Path state,
      Map<String, ComponentSettings> settings,
      UnitCommands commands,
      Clock clock) {
    this.root = root;
    this.state = state;
    this.commands = commands;
    this.clock = clock;
    settings.forEach(
        (id, component) -> {
          if (component.process().control() == Control.SYSTEMD) {
            String unit = component.process().unit().orElseThrow();
            units.put(id, unit);
            exits.put(unit, new UnitExits());
          }
        });
  }

  boolean has(String component) {
    return units.containsKey(component);
  }

  @Override
  public void adopt() {
    // systemd kept them.
  }

  @Override
  public void start(String component, ReleaseVersion version) {
    String unit = units.get(component);
    Map<String, String> now = show(unit);
    boolean active = isActive(now);
    if (active && runs(component, version, now)) {
      return;
    }
    Optional<String> trouble = run(active ? Verb.RESTART : Verb.START, unit);
    if (trouble.isPresent()) {
      throw failure(
          ErrorCode.ERROR_CODE_START_FAILED,
          ErrorCategory.ERROR_CATEGORY_REVERT,
          "cannot start %s %s: %s; see journalctl -u %s, and docs/operate.md for the rule that allows it"
              .formatted(component, version, trouble.get(), unit));
    }
    Map<String, String> running = show(unit);
    remember(component, version, running);
    exits.get(unit).begins(running, clock.instant());
  }

  private PidFile note(String component) {
    return PidFile.of(state, component);
  }

  /** Without the note the birth of the process tells, if not as well; so it runs on. */
  private void remember(String component, ReleaseVersion version, Map<String, String> running) {
    int pid = UnitExits.number(running.get("MainPID"));
    String startId = running.getOrDefault("InvocationID", "");
    try {
      Optional<String> birth = ProcessTable.birth(pid);
      if (birth.isPresent()) {
        ProcessTable.Identity process = new ProcessTable.Identity(pid, birth.get());
        note(component).write(new PidFile.Entry(process, version, clock.instant(), startId));
      }
    } catch (IOException failed) {
      LOG.warn("the process number of {} is not written down", component, failed);
    }
  }

  private void forget(String component) {
    try {
      note(component).remove();
    } catch (IOException failed) {
      LOG.warn("the process number of {} is still written down", component, failed);
    }
  }

  /** Whether its process was started with that version. */
  private boolean runs(String component, ReleaseVersion version, Map<String, String> now) {
    String pid = now.getOrDefault("MainPID", "0");
    Optional<PidFile.Entry> noted = note(component).read();
    if (noted.isPresent()
        && noted.get().process().pid() == UnitExits.number(pid)
        && ProcessTable.lives(noted.get().process())) {
      return noted.get().version().equals(version);
    }
    try {
      Instant switched =
          Files.getLastModifiedTime(
                  root.resolve(component).resolve("current"), LinkOption.NOFOLLOW_LINKS)
              .toInstant();
      return ProcessHandle.of(Long.parseLong(pid))
          .flatMap(process -> process.info().startInstant())
          .filter(born -> born.isAfter(switched.plus(IMPRECISION)))
          .isPresent();
    } catch (IOException | NumberFormatException unknown) {
      return false;
    }
  }

  @Override
  public void stop(String component) {
    String unit = units.get(component);
    if (isDown(show(unit))) {
      return;
    }
    forget(component);
    Optional<String> trouble = run(Verb.STOP, unit);
    if (trouble.isPresent() || !isDown(show(unit))) {
      throw failure(
          ErrorCode.ERROR_CODE_STOP_FAILED,
          ErrorCategory.ERROR_CATEGORY_OPERATOR,
          "cannot stop %s: %s; see docs/operate.md for the rule that allows it"
              .formatted(component, trouble.orElse(unit + " is still active")));
    }
  }

  @Override
  public Status status(String component) {
    String unit = units.get(component);
    Map<String, String> now = show(unit);
    Life life =
        switch (now.getOrDefault("ActiveState", "")) {
          case "inactive" -> Life.STOPPED;
          case "active", "reloading" -> Life.RUNNING;
          // Waiting to be started again is "activating" as well.
          case "activating" ->
              "auto-restart".equals(now.get("SubState")) ? Life.CRASHED : Life.RUNNING;
          default -> Life.CRASHED;
        };
    if (life == Life.STOPPED) {
      return Status.STOPPED;
    }
    long pid = UnitExits.number(now.get("MainPID"));
    Run run =
        new Run(
            now.getOrDefault("InvocationID", ""),
            ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .map(born -> born.minus(IMPRECISION))
                .orElse(null));
    return new Status(
        life, null, pid, run, exits.get(unit).seen(now, life == Life.RUNNING, clock.instant()));
  }

  @Override
  public List<String> lastLines(String component, int count) {
    String unit = units.get(component);
    try {
      List<String> lines = commands.journal(unit, count);
      // Who may not read the journal gets no lines and no word of it.
      return lines.isEmpty()
          ? List.of("none that Lockstep's user may read; see journalctl -u " + unit)
          : lines;
    } catch (IOException unreadable) {
      return List.of("not readable; see journalctl -u " + unit);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  @Override
  public void close(boolean stopComponents) {
    // They are systemd's: they stop when it says so, not when Lockstep ends.
  }

  private static boolean isActive(Map<String, String> now) {
    return List.of("active", "reloading", "activating").contains(now.get("ActiveState"));
  }

  private static boolean isDown(Map<String, String> now) {
    return List.of("inactive", "failed").contains(now.get("ActiveState"));
  }

  private Map<String, String> show(String unit) {
    try {
      return commands.show(unit, PROPERTIES);
    } catch (IOException failed) {
      throw failure(
          ErrorCode.ERROR_CODE_START_FAILED,
          ErrorCategory.ERROR_CATEGORY_OPERATOR,
          "cannot tell how %s runs: %s; check that systemd runs on this machine"
              .formatted(unit, failed.getMessage()));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while systemd was asked", stopping);
    }
  }

  private Optional<String> run(Verb verb, String unit) {
    try {
      return commands.run(verb, unit);
    } catch (IOException notStarted) {
      return Optional.of(String.valueOf(notStarted.getMessage()));
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while systemd was asked", stopping);
    }
  }

  private static AtomicUpdatesException failure(
      ErrorCode code, ErrorCategory category, String message) {
    return new AtomicUpdatesException.Install(code, category, message, null);
  }
}
