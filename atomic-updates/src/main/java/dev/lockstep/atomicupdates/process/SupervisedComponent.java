package dev.lockstep.atomicupdates.process;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.files.Disk;
import dev.lockstep.atomicupdates.port.ProcessControl.Life;
import dev.lockstep.atomicupdates.port.ProcessControl.Run;
import dev.lockstep.atomicupdates.port.ProcessControl.Status;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One supervised component: at most one child, and whether it is wanted. Any thread. */
final class SupervisedComponent {
  private static final Logger LOG = LoggerFactory.getLogger(SupervisedComponent.class);

  /** By this variable each process knows its own start, and can tell it to others. */
  private static final String START_ID = "LOCKSTEP_START";

  private static final Duration CHECK = Duration.ofSeconds(2);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  /** So many ends in a row are told to people, once. */
  private static final int LOOP = 3;

  private static final int DOUBLINGS = 6;
  private static final long LOG_LIMIT = 5L * 1024 * 1024;

  private final ComponentSettings settings;
  private final Path home;
  private final CommandLine commands;
  private final PidFile pidFile;
  private final OutputLog output;
  private final Clock clock;
  private final ScheduledExecutorService watch;

  private Child child;
  private ReleaseVersion wanted;
  private Run run = Run.NONE;
  private final ExitRow exits = new ExitRow();
  private long generation;
  private boolean closed;

  SupervisedComponent(
      ComponentSettings settings,
      Path home,
      Path state,
      Clock clock,
      ScheduledExecutorService watch) {
    this.settings = settings;
    this.home = home;
    this.commands = new CommandLine(settings.id(), home);
    this.pidFile = PidFile.of(state, settings.id());
    this.output = new OutputLog(state.resolve("logs").resolve(settings.id() + ".log"), LOG_LIMIT);
    this.clock = clock;
    this.watch = watch;
    watch.scheduleWithFixedDelay(
        this::check, CHECK.toMillis(), CHECK.toMillis(), TimeUnit.MILLISECONDS);
  }

  synchronized void adopt() {
    if (child != null) {
      return;
    }
    pidFile
        .read()
        .ifPresent(
            entry ->
                Child.adopted(entry.process())
                    .ifPresent(
                        found -> {
                          LOG.info("{} {} still runs, taken over", settings.id(), entry.version());
                          child = found;
                          wanted = entry.version();
                          run = new Run(entry.startId(), entry.startedAt());
                          exits.started(entry.startedAt());
                        }));
    stopStrays();
  }

  /** A child whose number was not written before this process was killed, or what it left. */
  private void stopStrays() {
    List<Long> own = child == null ? List.of() : ProcessTable.session(child.identity().pid());
    for (long pid : ProcessTable.withVariable(commands.marker())) {
      if (!own.contains(pid)) {
        ProcessTable.birth(pid)
            .flatMap(birth -> Child.adopted(new ProcessTable.Identity(pid, birth)))
            .ifPresent(
                stray -> {
                  LOG.warn("{}: process {} is left over and is stopped", settings.id(), pid);
                  stray.stop(settings.id(), settings.process().stopTimeout());
                });
      }
    }
  }

  synchronized void start(ReleaseVersion version) {
    requireOpen();
    if (version.equals(wanted) && child != null && child.lives()) {
      return;
    }
    stop();
    wanted = version;
    exits.reset();
    output.begin();
    try {
      launch();
    } catch (AtomicUpdatesException failed) {
      wanted = null;
      throw failed;
    }
  }

  private void launch() {
    long mine = ++generation;
    try {
      Disk.createFolders(home.resolve("data"));
      ProcessBuilder builder =
          commands.prepare(
              CommandRun.ownSession(),
              settings.process().command(),
              settings.process().environment(),
              wanted);
      String startId = UUID.randomUUID().toString();
      builder.environment().put(START_ID, startId);
      builder
          .redirectErrorStream(true)
          .redirectInput(new File("/dev/null"))
          .redirectOutput(ProcessBuilder.Redirect.appendTo(output.open().toFile()));
      Process process = builder.start();
      child = Child.started(process);
      run = new Run(startId, clock.instant());
      exits.started(run.since());
      remember();
      LOG.info("{} {} started as process {}", settings.id(), wanted, process.pid());
    } catch (IOException failed) {
      throw new AtomicUpdatesException.Install(
          ErrorCode.ERROR_CODE_START_FAILED,
          ErrorCategory.ERROR_CATEGORY_REVERT,
          "cannot start %s %s: %s; check components.%s.process.command"
              .formatted(settings.id(), wanted, failed.getMessage(), settings.id()),
          failed);
    }
    child.ended().thenRun(() -> onWatch(() -> ended(mine)));
  }

  /** Without its number on the disk the child is found by its environment; so it runs on. */
  private void remember() {
    try {
      pidFile.write(new PidFile.Entry(child.identity(), wanted, run.since(), run.id()));
    } catch (IOException failed) {
      LOG.warn("the process number of {} is not written down", settings.id(), failed);
    }
  }

  private void onWatch(Runnable work) {
    try {
      watch.execute(work);
    } catch (RejectedExecutionException closing) {
      LOG.debug("{} ended while Lockstep stops", settings.id());
    }
  }

  private synchronized void ended(long which) {
    if (closed || which != generation || wanted == null || child == null || child.lives()) {
      return;
    }
    String how = exit(child);
    child = null;
    againAfterPause(which, how);
  }

  /** After a pause that grows while the row of ends goes on. */
  private void againAfterPause(long which, String how) {
    exits.ended(1, how, clock.instant());
    Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(exits.row() - 1, DOUBLINGS));
    Duration bounded = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    LOG.warn(
        "{} {} ended by itself ({}), started again in {} s",
        settings.id(),
        wanted,
        how,
        bounded.toSeconds());
    if (exits.row() == LOOP) {
      LOG.error(
          "{} {} keeps ending: {} times in a row; it is tried again after pauses that grow to {} s, see {}",
          settings.id(),
          wanted,
          LOOP,
          LONGEST_PAUSE.toSeconds(),
          output.file());
    }
    try {
      watch.schedule(() -> again(which), bounded.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closing) {
      LOG.debug("{} ended while Lockstep stops", settings.id());
    }
  }

  private static String exit(Child ended) {
    return ended.exitCode().isPresent()
        ? "exit code " + ended.exitCode().getAsInt()
        : "exit code not known";
  }

  private synchronized void again(long which) {
    if (closed || which != generation || wanted == null || child != null) {
      return;
    }
    try {
      stopStrays();
      launch();
    } catch (AtomicUpdatesException failed) {
      LOG.error("{} was not started again", settings.id(), failed);
      againAfterPause(generation, "cannot be started");
    }
  }

  /** A child that was taken over has to be asked; output has to be kept small. */
  private synchronized void check() {
    try {
      output.keepSmall();
      if (child != null && !child.lives()) {
        ended(generation);
      }
    } catch (RuntimeException failed) {
      LOG.warn("cannot look after {}", settings.id(), failed);
    }
  }

  synchronized void stop() {
    generation++;
    wanted = null;
    if (child != null) {
      child.stop(settings.id(), settings.process().stopTimeout());
      child = null;
    }
    stopStrays();
    try {
      pidFile.remove();
    } catch (IOException failed) {
      LOG.warn("cannot remove the process number of {}", settings.id(), failed);
    }
  }

  synchronized Status status() {
    if (wanted == null) {
      return Status.STOPPED;
    }
    // An end that the watch has not seen yet counts already.
    ended(generation);
    boolean lives = child != null && child.lives();
    return new Status(
        lives ? Life.RUNNING : Life.CRASHED,
        wanted,
        lives ? child.identity().pid() : 0,
        run,
        exits.at(clock.instant(), lives));
  }

  List<String> lastLines(int count) {
    return output.lastLines(count);
  }

  synchronized void close(boolean stopComponent) {
    if (stopComponent && !closed) {
      stop();
    }
    closed = true;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the supervisor is closed");
    }
  }
}
