package dev.lockstep.versionmanagement.service;

import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.domain.Catalogue;
import dev.lockstep.versionmanagement.domain.CheckAnswer;
import dev.lockstep.versionmanagement.domain.CheckQuestion;
import dev.lockstep.versionmanagement.domain.CheckResult;
import dev.lockstep.versionmanagement.domain.LocalComponent;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.port.Journal;
import dev.lockstep.versionmanagement.port.Journal.CheckRecord;
import dev.lockstep.versionmanagement.port.ReleaseSource;
import dev.lockstep.versionmanagement.port.VersionFiles;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One check at a time, on a worker. A request that comes while one runs waits for a check that
 * starts after it; all that wait share it.
 */
final class Checks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checks.class);
  private static final int MAX_WAITING = 1_000;
  private static final long CLOSE_SECONDS = 1;
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(5);
  private static final int MAX_DOUBLINGS = 10;

  /** What a check brought back: releases, or why there are none. */
  record Finding(
      Optional<Catalogue> catalogue,
      Optional<VersionManagementException.Source> failure,
      List<LocalComponent> local) {}

  /** A question with whom to tell; a scheduled check has nobody. */
  record Asked(CheckQuestion question, Optional<Consumer<CheckAnswer>> answer) {}

  /** What the service does with the end of a check. */
  interface Ended {
    /** On the core thread. */
    void ended(Finding finding, List<Asked> asked);
  }

  private final CoreThread core;
  private final ReleaseSource source;
  private final VersionFiles files;
  private final Supplier<Set<String>> components;
  private final Journal journal;
  private final Clock clock;
  private final Duration interval;
  private final Ended ended;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "lockstep-check");
            thread.setPriority(Thread.MIN_PRIORITY);
            thread.setDaemon(true);
            return thread;
          });
  private final List<Asked> waiting = new ArrayList<>();
  private boolean running;
  private Set<String> askedAbout = Set.of();
  private int failedInARow;
  private Optional<CheckRecord> last;
  private Instant next;

  Checks(
      CoreThread core,
      ReleaseSource source,
      VersionFiles files,
      Supplier<Set<String>> components,
      Journal journal,
      Clock clock,
      Duration interval,
      Optional<CheckRecord> last,
      Ended ended) {
    this.core = core;
    this.source = source;
    this.files = files;
    this.components = components;
    this.journal = journal;
    this.clock = clock;
    this.interval = interval;
    this.last = last;
    this.ended = ended;
    Instant now = clock.instant();
    // What exists is not kept over a restart, so the first check is due at once, unless the source
    // asked to be left alone.
    this.next = last.flatMap(CheckRecord::retryAt).filter(at -> at.isAfter(now)).orElse(now);
  }

  Optional<CheckRecord> last() {
    return last;
  }

  Instant next() {
    return next;
  }

  /** When to look whether the scheduled check is due; not while one runs. */
  Optional<Instant> nextAlarm() {
    return running ? Optional.empty() : Optional.of(next);
  }

  /** Why the last check failed, if it did. */
  Optional<Problem> problem() {
    return last.flatMap(CheckRecord::problem);
  }

  /** Takes a question; it gets exactly one answer. */
  void ask(CheckQuestion question, Consumer<CheckAnswer> answer) {
    Instant now = clock.instant();
    Optional<Instant> back = retryAt().filter(at -> at.isAfter(now) && !question.force());
    if (back.isPresent()) {
      answer.accept(
          CheckAnswer.failed(
              CheckResult.RATE_LIMITED,
              Problem.retry(
                  ErrorCode.ERROR_CODE_SOURCE_RATE_LIMITED,
                  "cannot check: the source asked to be left alone; try again after " + back.get()),
              now,
              back));
    } else if (waiting.size() >= MAX_WAITING) {
      answer.accept(
          CheckAnswer.failed(
              CheckResult.FAILED,
              Problem.retry(
                  ErrorCode.ERROR_CODE_INTERNAL,
                  "cannot check: too many requests wait; try again later"),
              now,
              Optional.empty()));
    } else {
      waiting.add(new Asked(question, Optional.of(answer)));
      startIfIdle();
    }
  }

  /** The time of the scheduled check may have come. */
  void timePassed() {
    if (!next.isAfter(clock.instant()) && !running) {
      waiting.add(new Asked(new CheckQuestion(Set.of(), false, "scheduled"), Optional.empty()));
      startIfIdle();
    }
  }

  /**
   * Brings the next check forward if a component turned up that the last one did not ask about, and
   * whose releases are not known; once, whatever that check brings.
   */
  void cover(Catalogue known) {
    Set<String> now = components.get();
    boolean lacking = now.stream().anyMatch(one -> !known.covers(one) && !askedAbout.contains(one));
    if (lacking && !running) {
      next = retryAt().filter(at -> at.isAfter(clock.instant())).orElse(clock.instant());
    }
  }

  private void startIfIdle() {
    if (running || waiting.isEmpty()) {
      return;
    }
    running = true;
    askedAbout = components.get();
    Set<String> about = askedAbout;
    List<Asked> asked = List.copyOf(waiting);
    waiting.clear();
    worker.execute(
        () -> {
          Finding finding = find(about);
          core.post("end of a check", () -> finished(finding, asked));
        });
  }

  private Finding find(Set<String> announced) {
    List<LocalComponent> local = files.read();
    Set<String> about = new HashSet<>(announced);
    local.forEach(component -> about.add(component.site().component()));
    try {
      return new Finding(Optional.of(source.refresh(about)), Optional.empty(), local);
    } catch (VersionManagementException.Source failure) {
      return new Finding(Optional.empty(), Optional.of(failure), local);
    } catch (RuntimeException defect) {
      LOG.error("a check failed unexpectedly", defect);
      return new Finding(
          Optional.empty(),
          Optional.of(
              new VersionManagementException.Source(
                  CheckResult.FAILED,
                  ErrorCode.ERROR_CODE_INTERNAL,
                  ErrorCategory.ERROR_CATEGORY_BUG,
                  "cannot check: " + defect + "; see the log",
                  Optional.empty(),
                  defect)),
          local);
    }
  }

  private void finished(Finding finding, List<Asked> asked) {
    running = false;
    Instant now = clock.instant();
    Optional<Instant> back = finding.failure().flatMap(VersionManagementException.Source::retryAt);
    next = now.plus(pause(finding));
    if (back.isPresent() && back.get().isAfter(next)) {
      next = back.get();
    }
    finding
        .failure()
        .ifPresent(failure -> LOG.warn("{}: {}", failure.code(), failure.getMessage()));
    try {
      ended.ended(finding, asked);
    } finally {
      startIfIdle();
    }
  }

  /** A source that did not answer is asked again sooner than usual, with growing pauses. */
  private Duration pause(Finding finding) {
    boolean mayBeBackSoon =
        finding
            .failure()
            .filter(failure -> failure.category() == ErrorCategory.ERROR_CATEGORY_RETRY)
            .isPresent();
    failedInARow = mayBeBackSoon ? Math.min(failedInARow + 1, MAX_DOUBLINGS) : 0;
    Duration pause = FIRST_PAUSE.multipliedBy(1L << failedInARow).dividedBy(2);
    return mayBeBackSoon && pause.compareTo(interval) < 0 ? pause : interval;
  }

  /** Writes the end of a check to the log of checks; that failing must not fail the check (R52). */
  void record(CheckResult result, Optional<Problem> problem, List<Asked> asked, Finding finding) {
    String reason = asked.isEmpty() ? "" : asked.get(0).question().reason();
    CheckRecord check =
        new CheckRecord(
            clock.instant(),
            result,
            reason,
            problem,
            finding.failure().flatMap(VersionManagementException.Source::retryAt));
    last = Optional.of(check);
    try {
      journal.save(check);
    } catch (VersionManagementException.State unwritable) {
      LOG.error("{}: {}", unwritable.code(), unwritable.getMessage(), unwritable);
    }
  }

  private Optional<Instant> retryAt() {
    return last.flatMap(CheckRecord::retryAt);
  }

  /** Interrupts a check that runs; its requests are not answered any more. */
  @Override
  public void close() {
    worker.shutdownNow();
    try {
      if (!worker.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("a check still runs after {} s; it ends with the process", CLOSE_SECONDS);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
