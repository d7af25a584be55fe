package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.Install.Method;
import dev.lockstep.atomicupdates.port.PackageUpgrades.Answer;
import dev.lockstep.atomicupdates.port.PackageUpgrades.End;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What the install of a component of kind {@code packages} does where others migrate: the packages
 * of the distribution that its settings name are upgraded by the root helper. It is tried dry
 * before anything is changed; once it has begun there is no way back.
 */
final class PackagesUpgrade {
  /** What is said before, wherever an install is announced. */
  static final String NO_WAY_BACK = "an upgrade of packages cannot be taken back";

  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(75);

  private PackagesUpgrade() {}

  private static String names(ManagedComponent component) {
    return String.join(", ", component.settings().packages());
  }

  /** The dry run, and what forbids the install at once; empty where it may begin. */
  static Optional<Failure> obstacle(
      Install install, ManagedComponent component, EnginePorts ports, JobLog log) {
    if (!component.upgradesPackages()) {
      return Optional.empty();
    }
    Method method = install.order().method();
    if (method == Method.DOWNGRADE || method == Method.REVERT) {
      return Optional.of(backwards(component));
    }
    String job = install.key().jobId();
    log.line(job, "packages " + names(component) + " are upgraded; " + NO_WAY_BACK);
    try {
      Answer answer =
          ports
              .packages()
              .tryDry(component.settings().packages(), line -> log.line(job, "dry run: " + line));
      return answer.end() == End.DONE
          ? Optional.empty()
          : Optional.of(refused(component, answer, "nothing was changed"));
    } catch (InterruptedException stopping) {
      // Asked again after the next start; the worker sees that it is stopping.
      Thread.currentThread().interrupt();
      return Optional.of(
          refused(component, new Answer(End.BUSY, "Lockstep stops"), "nothing was changed"));
    }
  }

  /** Why the packages of a component do not go back. */
  static Failure backwards(ManagedComponent component) {
    return Failure.forOperator(
        ErrorCode.ERROR_CODE_NOTHING_TO_REVERT,
        "cannot bring %s back: %s; install a newer release, or use the package manager"
            .formatted(component.id(), NO_WAY_BACK));
  }

  private static Failure refused(ManagedComponent component, Answer answer, String state) {
    return new Failure(
        ErrorCode.ERROR_CODE_PACKAGES_REFUSED,
        answer.end() == End.BUSY
            ? ErrorCategory.ERROR_CATEGORY_RETRY
            : ErrorCategory.ERROR_CATEGORY_OPERATOR,
        Secrets.mask(
            "cannot upgrade the packages of %s (%s): %s; %s"
                .formatted(component.id(), names(component), answer.why(), state)));
  }

  /** Upgrades; what an earlier process began is waited for, and gone on with. */
  static StepResult apply(StepContext context) throws InterruptedException {
    ManagedComponent component = context.component();
    context.phase(Phase.MIGRATE, "upgrading the packages " + names(component));
    context.fault("packages.upgrade");
    Answer answer =
        context.ports().packages().upgrade(component.settings().packages(), context::log);
    context.fault("packages.upgraded");
    boolean untouched = context.install().position().resumes() == 0;
    return switch (answer.end()) {
      case DONE -> StepResult.done();
      case BUSY -> {
        Instant until = context.install().times().updated().plus(LONGEST_WAIT);
        yield context.ports().clock().instant().isAfter(until)
            ? new StepResult.Failed(failed(component, answer))
            : new StepResult.RetryAfter("another change of packages", LOOK_AGAIN);
      }
      case REFUSED ->
          new StepResult.Failed(
              untouched
                  ? refused(component, answer, "nothing was changed")
                  : failed(component, answer));
      case FAILED -> new StepResult.Failed(failed(component, answer));
    };
  }

  private static Failure failed(ManagedComponent component, Answer answer) {
    return Failure.forOperator(
        ErrorCode.ERROR_CODE_PACKAGES_FAILED,
        Secrets.mask(
            "cannot upgrade the packages of %s (%s): %s; mend it with the package manager, then install again"
                .formatted(component.id(), names(component), answer.why())));
  }

  /** Possible only where it is certain that nothing was upgraded. */
  static StepResult undo(StepContext context) {
    Failure why = context.install().failure();
    if (why != null && why.code() == ErrorCode.ERROR_CODE_PACKAGES_REFUSED) {
      return StepResult.done();
    }
    startAgain(context);
    return new StepResult.Failed(
        Failure.forOperator(
            ErrorCode.ERROR_CODE_REVERT_FAILED,
            "cannot bring %s back: its packages (%s) may be upgraded, and %s; see the job's log, mend it with the package manager, then install a release"
                .formatted(context.id(), names(context.component()), NO_WAY_BACK)));
  }

  /** Until a person comes it does what it can with the packages as they are. */
  private static void startAgain(StepContext context) {
    if (!context.component().controlled()) {
      return;
    }
    try {
      context.ports().processes().start(context.id(), context.install().versions().to());
      context.log(context.id() + " is started with its packages as they are");
    } catch (AtomicUpdatesException notStarted) {
      context.log(notStarted.getMessage());
    }
  }
}
