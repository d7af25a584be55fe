package dev.lockstep.app.command;

import dev.lockstep.bus.Bus;
import dev.lockstep.bus.BusException;
import dev.lockstep.bus.Received;
import dev.lockstep.bus.RequestOptions;
import dev.lockstep.protocol.Topics;
import dev.lockstep.protocol.v1.InstallComplete;
import dev.lockstep.protocol.v1.InstallOutcome;
import dev.lockstep.protocol.v1.JobState;
import dev.lockstep.protocol.v1.StateReport;
import dev.lockstep.protocol.v1.StateRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Follows a deployment to its end: by its messages, and, since any of them can be lost, by asking
 * version-management from time to time.
 */
public final class InstallFollower {
  private static final Duration ASK_EVERY = Duration.ofSeconds(3);
  private static final Duration ASK_AGAIN = Duration.ofMillis(500);

  private final Bus bus;
  private final Map<String, CompletableFuture<InstallComplete>> ends = new ConcurrentHashMap<>();

  /**
   * Listens from now on.
   *
   * @param quiet whether nothing is shown; otherwise progress goes to standard error, where that is
   *     a terminal
   */
  public InstallFollower(Bus bus, boolean quiet) {
    this.bus = bus;
    bus.subscribe(Topics.INSTALL_COMPLETE, this::ended);
    if (!quiet && System.console() != null) {
      bus.subscribe(Topics.DOWNLOAD_PROGRESS, InstallFollower::show);
      bus.subscribe(Topics.DOWNLOAD_COMPLETE, InstallFollower::show);
      bus.subscribe(Topics.INSTALL_PROGRESS, InstallFollower::show);
      bus.subscribe(Topics.RESTART_SCHEDULED, InstallFollower::show);
    }
  }

  /** The end of the whole deployment. */
  public InstallComplete await(String jobId, Duration deadline) {
    return await(
        jobId,
        deadline,
        StateRequest.newBuilder().addServices("version-management").build(),
        () -> {});
  }

  /**
   * The end of a deployment that version-management has no part in.
   *
   * @param hub the device whose atomic-updates knows of it
   * @param request asks for it, idempotently; repeated, since it can be lost too
   */
  InstallComplete await(String jobId, Duration deadline, String hub, Runnable request) {
    return await(
        jobId,
        deadline,
        StateRequest.newBuilder().addServices("atomic-updates").addDevices(hub).build(),
        request);
  }

  private InstallComplete await(
      String jobId, Duration deadline, StateRequest question, Runnable request) {
    Instant giveUp = Instant.now().plus(deadline);
    while (Instant.now().isBefore(giveUp)) {
      request.run();
      Optional<InstallComplete> end = endWithin(jobId, ASK_EVERY);
      if (end.isEmpty()) {
        end = askQuietly(jobId, question);
      }
      if (end.isPresent()) {
        return end.get();
      }
    }
    throw new BusException.NoAnswer(Topics.INSTALL_COMPLETE.name(), deadline);
  }

  /** The job that is the next step after one; empty where none begins in time. */
  Optional<String> next(String jobId, Duration deadline) {
    Instant giveUp = Instant.now().plus(deadline);
    while (Instant.now().isBefore(giveUp)) {
      Optional<String> next =
          jobs().stream()
              .filter(job -> job.getContinues().equals(jobId))
              .map(JobState::getJobId)
              .findFirst();
      if (next.isPresent()) {
        return next;
      }
      pause();
    }
    return Optional.empty();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(ASK_AGAIN.toMillis());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BusException.Closed("follow the install");
    }
  }

  private List<JobState> jobs() {
    try {
      return report().getJobsList();
    } catch (BusException.NoAnswer notNow) {
      return List.of();
    }
  }

  private Optional<InstallComplete> endWithin(String jobId, Duration wait) {
    try {
      return Optional.of(end(jobId).get(wait.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException notYet) {
      return Optional.empty();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new BusException.Closed("follow the install");
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("an install's end never completes with an error", impossible);
    }
  }

  /** The hub may restart meanwhile: no answer is no end. */
  private Optional<InstallComplete> askQuietly(String jobId, StateRequest question) {
    try {
      return ask(jobId, question);
    } catch (BusException.NoAnswer notNow) {
      return Optional.empty();
    }
  }

  private StateReport report() {
    return report(StateRequest.newBuilder().addServices("version-management").build());
  }

  private StateReport report(StateRequest question) {
    return Answers.await(
            bus.request(
                Topics.STATE_REQUEST,
                question,
                Topics.STATE_REPORT,
                RequestOptions.within(ASK_EVERY)))
        .payload();
  }

  private Optional<InstallComplete> ask(String jobId, StateRequest question) {
    return report(question).getJobsList().stream()
        .filter(job -> job.getJobId().equals(jobId) && job.getFinished())
        .filter(job -> job.getDevice().isEmpty())
        .findFirst()
        .map(InstallFollower::asEnd);
  }

  private static InstallComplete asEnd(JobState job) {
    InstallOutcome outcome =
        switch (job.getState()) {
          case "COMMITTED" -> InstallOutcome.INSTALL_OUTCOME_COMMITTED;
          case "REVERTED" -> InstallOutcome.INSTALL_OUTCOME_REVERTED;
          case "DEFERRED" -> InstallOutcome.INSTALL_OUTCOME_DEFERRED;
          case "REVERT_FAILED" -> InstallOutcome.INSTALL_OUTCOME_REVERT_FAILED;
          default -> InstallOutcome.INSTALL_OUTCOME_REFUSED;
        };
    return InstallComplete.newBuilder()
        .setJobId(job.getJobId())
        .setOutcome(outcome)
        .setError(job.getError())
        .build();
  }

  private CompletableFuture<InstallComplete> end(String jobId) {
    return ends.computeIfAbsent(jobId, id -> new CompletableFuture<>());
  }

  private void ended(Received<InstallComplete> message) {
    InstallComplete end = message.payload();
    if (end.getDevice().isEmpty()) {
      end(end.getJobId()).complete(end);
    }
  }

  private static void show(Received<?> message) {
    System.err.println(MessageText.line(message));
  }
}
