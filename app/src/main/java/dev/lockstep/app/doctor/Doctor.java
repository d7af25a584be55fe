package dev.lockstep.app.doctor;

import dev.lockstep.config.ConfigException;
import dev.lockstep.config.Settings;
import dev.lockstep.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Examines a device: its settings, folders, room, keys, bus, repository, clock, privileges, what
 * the last installs left; and rehearses an update where that is wanted.
 *
 * <p>Safe beside a running process of the device. Every look ends in bounded time, whatever it
 * waits for. What a killed examination leaves is removed by the next one that rehearses.
 */
public final class Doctor {
  private static final Logger LOG = LoggerFactory.getLogger(Doctor.class);
  private static final Duration LOOK = Duration.ofSeconds(90);
  private static final Duration REHEARSAL = Duration.ofMinutes(2);
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Options options;
  private final Consumer<Finding> told;

  /**
   * What is wanted.
   *
   * @param settings the device's settings file
   * @param environment what its placeholders are expanded from
   * @param rehearse whether an update is rehearsed; without it nothing at all is written
   * @param timeout how long an answer over the network may take
   * @param clock this machine's
   * @param system the system's root folder, where units and packages are allowed
   */
  public record Options(
      Path settings,
      Map<String, String> environment,
      boolean rehearse,
      Duration timeout,
      Clock clock,
      Path system) {
    /** Copies the map. */
    public Options {
      environment = Map.copyOf(environment);
    }
  }

  /**
   * Does nothing yet.
   *
   * @param told hears every finding as soon as it is known, on the thread that examines
   */
  public Doctor(Options options, Consumer<Finding> told) {
    this.options = options;
    this.told = told;
  }

  /**
   * Examines. Without usable settings that is all that is found out.
   *
   * @throws InterruptedException if this thread is interrupted; nothing is left then either
   */
  public void examine() throws InterruptedException {
    tell(MachineChecks.java());
    Settings settings;
    try {
      settings = SettingsLoader.load(options.settings(), options.environment());
    } catch (ConfigException unusable) {
      tell(List.of(Finding.failed("settings", unusable.getMessage())));
      return;
    }
    Subject subject = new Subject(settings, options.clock(), options.timeout(), options.system());
    look("settings", LOOK, () -> settings(subject));
    FolderChecks folders = new FolderChecks(subject);
    look("state", LOOK, folders::state);
    look("releases", LOOK, folders::releases);
    look("backups", LOOK, folders::backups);
    look("space", LOOK, () -> new SpaceCheck(subject).look());
    look("keys", LOOK, () -> new KeyChecks(subject).look());
    network(subject);
    look("privileges", LOOK, () -> new PrivilegeChecks(subject).look());
    if (options.rehearse() && isOwner(folders)) {
      journalAndRehearsal(subject);
    } else {
      look("journal", LOOK, () -> new JournalCheck(subject).look());
    }
  }

  /** What another user leaves there the owner could not remove, and root would prove little. */
  private boolean isOwner(FolderChecks folders) {
    try {
      Optional<String> owner = folders.otherOwner();
      owner.ifPresent(
          other ->
              tell(
                  List.of(
                      Finding.warning(
                          "rehearsal",
                          "not done, as the state folder belongs to " + other,
                          FolderChecks.AS_OWNER.formatted(other)))));
      return owner.isEmpty();
    } catch (IOException unknown) {
      tell(List.of(Finding.failed("rehearsal", "cannot begin: " + unknown, "see above")));
      return false;
    }
  }

  private List<Finding> settings(Subject subject) throws IOException {
    Path file = options.settings();
    if (FileFacts.othersMayChange(file)) {
      return List.of(
          Finding.failed(
              "settings",
              "cannot rely on %s: others than its owner may change it (%s)"
                  .formatted(file, FileFacts.mode(file)),
              "chmod go-w " + file));
    }
    return List.of(
        Finding.ok(
            "settings",
            "%s: device %s, %s, components: %s"
                .formatted(
                    file,
                    subject.settings().device().id(),
                    subject.hasBroker() ? "with the broker" : "a broker elsewhere",
                    subject.settings().components().isEmpty()
                        ? "none"
                        : String.join(", ", subject.settings().components().keySet()))));
  }

  /** The clock comes last: the others tell what time it is elsewhere. */
  private void network(Subject subject) throws InterruptedException {
    Clocks clocks = new Clocks();
    RepositoryChecks repository = new RepositoryChecks(subject, clocks);
    look("bus", LOOK, () -> new BusCheck(subject, clocks).look());
    look("repository", LOOK, repository::repository);
    look("root", LOOK, repository::root);
    look(
        "clock",
        LOOK,
        () ->
            new MachineChecks(subject)
                .clock(repository.lastRefresh(), repository.freshUntil(), clocks));
  }

  private void journalAndRehearsal(Subject subject) throws InterruptedException {
    try (RehearsalCheck rehearsal = new RehearsalCheck(subject)) {
      look("journal", LOOK, () -> new JournalCheck(subject).look());
      look("rehearsal", REHEARSAL.plus(GRACE), () -> rehearsal.rehearse(REHEARSAL));
    } catch (IOException stays) {
      tell(
          List.of(
              Finding.failed(
                  "rehearsal",
                  "cannot remove what the rehearsal left: " + stays,
                  "the next lockstep doctor tries again")));
    }
  }

  /** A look that fails or hangs is a finding too, and the next one is done all the same. */
  private void look(String check, Duration within, Callable<List<Finding>> look)
      throws InterruptedException {
    FutureTask<List<Finding>> task = new FutureTask<>(look);
    Thread thread = new Thread(task, "doctor-" + check);
    thread.setDaemon(true);
    thread.start();
    try {
      tell(task.get(within.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException failed) {
      LOG.debug("looking at {} failed", check, failed);
      tell(
          List.of(
              Finding.failed(
                  check,
                  "cannot look at it: " + failed.getCause(),
                  "run it as the user that owns the device's folders")));
    } catch (TimeoutException hangs) {
      tell(
          List.of(
              Finding.failed(
                  check,
                  "cannot look at it within %d s".formatted(within.toSeconds()),
                  "look at the disk and the network")));
    } finally {
      thread.interrupt();
      thread.join(GRACE.toMillis());
    }
  }

  private void tell(List<Finding> findings) {
    findings.forEach(told);
  }
}
