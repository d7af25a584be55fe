package dev.lockstep.frontendagent.adapter.command;

import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.Frontend.ShownNotice;
import dev.lockstep.frontendagent.port.Frontend.StoreNotice;
import dev.lockstep.frontendagent.port.NoticeHook;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a command per notice of a restart, or of a version in a store, without a shell; what it is
 * about is in its environment. Where the first line that it prints is {@code postpone 10m} (or
 * {@code s}, {@code h}), people ask for more time before the restart; anything else is only read
 * and dropped. One process at a time; of several notices of a kind for one frontend only the newest
 * is shown.
 */
public final class CommandHook implements NoticeHook {
  private static final Logger LOG = LoggerFactory.getLogger(CommandHook.class);
  private static final Pattern POSTPONE =
      Pattern.compile("postpone ([0-9]{1,6})([smh])\\b.*", Pattern.DOTALL);
  private static final int MOST_OUTPUT = 4096;

  /** What a dialogue on a desktop needs; everything else of this process stays here. */
  private static final Set<String> INHERITED =
      Set.of(
          "PATH",
          "HOME",
          "LANG",
          "DISPLAY",
          "WAYLAND_DISPLAY",
          "XAUTHORITY",
          "XDG_RUNTIME_DIR",
          "DBUS_SESSION_BUS_ADDRESS");

  /** What is shown for whom; a newer one of the same replaces it. */
  private record Subject(Place frontend, boolean store) {}

  /** Its facts are put together when it is shown, since they say how long it is until then. */
  private record Task(
      Subject subject, Function<Instant, Map<String, String>> facts, Consumer<Duration> postpone) {}

  private final List<String> command;
  private final Duration timeout;
  private final Clock clock;
  private final Map<Subject, Task> waiting = new LinkedHashMap<>();
  private final Thread thread;
  private Task showing;
  private Process process;
  private boolean closed;

  /** A hook that runs this command. */
  public CommandHook(List<String> command, Duration timeout, Clock clock) {
    this.command = List.copyOf(command);
    this.timeout = timeout;
    this.clock = clock;
    this.thread = new Thread(this::work, "notice-hook");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void show(Place frontend, Optional<ShownNotice> notice, Consumer<Duration> postpone) {
    show(new Task(new Subject(frontend, false), now -> HookEnvironment.of(notice, now), postpone));
  }

  @Override
  public void showStore(Place frontend, Optional<StoreNotice> notice) {
    Consumer<Duration> nothingToPostpone =
        by -> LOG.info("{} wants more time for what is in a store: there is no hurry", frontend);
    show(
        new Task(
            new Subject(frontend, true),
            now -> HookEnvironment.ofStore(notice),
            nothingToPostpone));
  }

  private synchronized void show(Task task) {
    waiting.remove(task.subject());
    waiting.put(task.subject(), task);
    if (showing != null && showing.subject().equals(task.subject())) {
      end();
    }
    notifyAll();
  }

  private void work() {
    try {
      for (Task task = next(); task != null; task = next()) {
        run(task);
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Task next() throws InterruptedException {
    showing = null;
    process = null;
    while (waiting.isEmpty() && !closed) {
      wait();
    }
    if (closed) {
      return null;
    }
    showing = waiting.remove(waiting.keySet().iterator().next());
    return showing;
  }

  private void run(Task task) throws InterruptedException {
    try {
      Process started = start(task);
      Thread killer = killAt(started);
      try {
        String output = output(started);
        int exit = started.waitFor();
        LOG.info(
            "{} has shown a notice for {}: exit {}",
            command.get(0),
            task.subject().frontend(),
            exit);
        Matcher asked = POSTPONE.matcher(output);
        if (exit == 0 && asked.matches()) {
          task.postpone().accept(duration(asked));
        }
      } finally {
        started.destroyForcibly();
        killer.interrupt();
      }
    } catch (IOException unstartable) {
      LOG.warn(
          "cannot show a notice by {}: {}; correct notice.hook",
          command.get(0),
          unstartable.toString());
    } catch (RuntimeException unheard) {
      LOG.warn("what {} asked for was not passed on", command.get(0), unheard);
    }
  }

  private synchronized Process start(Task task) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().keySet().retainAll(INHERITED);
    builder.environment().put("LOCKSTEP_FRONTEND", task.subject().frontend().component());
    builder.environment().putAll(task.facts().apply(clock.instant()));
    process = builder.start();
    return process;
  }

  private Thread killAt(Process started) {
    Thread killer =
        new Thread(
            () -> {
              try {
                if (!started.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                  LOG.warn("{} took longer than {} and is ended", command.get(0), timeout);
                  kill(started);
                }
              } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
              }
            },
            "notice-hook-timeout");
    killer.setDaemon(true);
    killer.start();
    return killer;
  }

  private static void kill(Process started) {
    started.descendants().forEach(ProcessHandle::destroyForcibly);
    started.destroyForcibly();
  }

  /** All of it is read, so that the command is never held up; the beginning is kept. */
  private static String output(Process started) throws IOException {
    try (InputStream out = started.getInputStream()) {
      byte[] kept = out.readNBytes(MOST_OUTPUT);
      out.skip(Long.MAX_VALUE);
      while (out.read() >= 0) {
        out.skip(MOST_OUTPUT);
      }
      return new String(kept, StandardCharsets.UTF_8);
    }
  }

  private static Duration duration(Matcher asked) {
    long number = Long.parseLong(asked.group(1));
    return switch (asked.group(2)) {
      case "h" -> Duration.ofHours(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofSeconds(number);
    };
  }

  private void end() {
    if (process != null) {
      kill(process);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      end();
      notifyAll();
    }
    thread.interrupt();
  }
}
