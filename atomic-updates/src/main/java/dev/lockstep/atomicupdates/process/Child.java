package dev.lockstep.atomicupdates.process;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A process of a component, with everything in its session; started here or taken over. */
final class Child {
  private static final long POLL = TimeUnit.MILLISECONDS.toNanos(10);
  private static final Duration KILL_DEADLINE = Duration.ofSeconds(5);

  private final ProcessTable.Identity identity;
  private final Process started;

  private Child(ProcessTable.Identity identity, Process started) {
    this.identity = identity;
    this.started = started;
  }

  static Child started(Process process) {
    String birth = ProcessTable.birth(process.pid()).orElse("");
    return new Child(new ProcessTable.Identity(process.pid(), birth), process);
  }

  /** A child of an earlier Lockstep process; empty where it does not live any more. */
  static Optional<Child> adopted(ProcessTable.Identity identity) {
    return ProcessTable.lives(identity) ? Optional.of(new Child(identity, null)) : Optional.empty();
  }

  ProcessTable.Identity identity() {
    return identity;
  }

  boolean lives() {
    return started != null ? started.isAlive() : ProcessTable.lives(identity);
  }

  /** Its exit code; unknown for one that was taken over. */
  OptionalInt exitCode() {
    return started != null && !started.isAlive()
        ? OptionalInt.of(started.exitValue())
        : OptionalInt.empty();
  }

  /** Completes when it ends; never for one that was taken over, which has to be asked. */
  CompletableFuture<?> ended() {
    return started != null ? started.onExit() : new CompletableFuture<>();
  }

  /** SIGTERM to the whole session, the grace time, SIGKILL. */
  void stop(String component, Duration grace) {
    signal(false);
    if (awaitEnd(grace)) {
      return;
    }
    signal(true);
    if (!awaitEnd(KILL_DEADLINE)) {
      throw new AtomicUpdatesException.Install(
          ErrorCode.ERROR_CODE_STOP_FAILED,
          ErrorCategory.ERROR_CATEGORY_OPERATOR,
          "cannot stop %s: processes %s live %s after SIGKILL; end them, then try again"
              .formatted(component, members(), KILL_DEADLINE),
          null);
    }
  }

  private void signal(boolean kill) {
    for (long pid : members()) {
      ProcessHandle.of(pid)
          .ifPresent(
              process -> {
                if (kill) {
                  process.destroyForcibly();
                } else {
                  process.destroy();
                }
              });
    }
  }

  private Set<Long> members() {
    Set<Long> members = new LinkedHashSet<>(ProcessTable.session(identity.pid()));
    if (lives()) {
      members.add(identity.pid());
    }
    return members;
  }

  /** The end of the child itself is told by the system; what it started has to be looked for. */
  private boolean awaitEnd(Duration within) {
    long end = System.nanoTime() + within.toNanos();
    boolean interrupted = false;
    try {
      while (lives() || !members().isEmpty()) {
        long left = end - System.nanoTime();
        if (left < 0) {
          return false;
        }
        try {
          if (started != null && started.isAlive()) {
            started.waitFor(left, TimeUnit.NANOSECONDS);
          } else {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, POLL));
          }
        } catch (InterruptedException hurried) {
          // A stop that has begun is finished: half of it would leave nothing that works.
          interrupted = true;
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
