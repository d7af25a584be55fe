package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.Install.Method;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.port.Launcher;
import dev.lockstep.atomicupdates.port.Launcher.WentBack;
import dev.lockstep.atomicupdates.port.Reports.Phase;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What is different where Lockstep installs itself: a version runs once the launcher has started
 * it, in a process that comes after this one.
 */
final class OwnRelease {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
  private static final String LAUNCHER = "launcher";

  private OwnRelease() {}

  /** Why it cannot be installed by this process; empty where it can. */
  static Optional<Failure> obstacle(ManagedComponent component, Launcher launcher) {
    return component.own() && launcher.running().isEmpty()
        ? Optional.of(
            Failure.forOperator(
                ErrorCode.ERROR_CODE_START_FAILED,
                "cannot install %s: nothing would start it again; start Lockstep by lockstep-launcher"
                    .formatted(component.id())))
        : Optional.empty();
  }

  /** Ends this process where it is another version; the next one finds itself started. */
  static StepResult start(StepContext context, ReleaseVersion wanted) {
    Launcher launcher = context.ports().launcher();
    if (launcher.running().filter(wanted::equals).isPresent()) {
      context.log(context.id() + " " + wanted + " is started");
      return StepResult.done();
    }
    Duration deadline = context.component().settings().health().untilFirstAnswer();
    Instant until = context.install().times().updated().plus(deadline);
    if (context.ports().clock().instant().isAfter(until)) {
      return new StepResult.Failed(
          Failure.reverting(
              ErrorCode.ERROR_CODE_START_FAILED,
              "cannot start %s %s: this process did not end within %d s; restart the service"
                  .formatted(context.id(), wanted, deadline.toSeconds())));
    }
    context.phase(Phase.RESTART, "restarting Lockstep itself");
    context.fault("own.restart");
    launcher.restart();
    return new StepResult.AwaitExternal("the start of " + wanted + " by the launcher", LOOK_AGAIN);
  }

  /** From here on the launcher does not go back any more; the journal does, where it has to. */
  static void confirm(StepContext context) {
    try {
      context.ports().launcher().confirm();
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  /** The version before runs, so what the launcher did is in the journal. */
  static void forgetWentBack(StepContext context) {
    try {
      context.ports().launcher().forgetWentBack();
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }

  /**
   * The event that the launcher's going back is to an install that was going on; empty where it has
   * nothing to do with it.
   */
  static Optional<Event> atBoot(Install install, Optional<WentBack> wentBack) {
    if (wentBack.isEmpty() || install.position().step() == null) {
      return Optional.empty();
    }
    WentBack back = wentBack.get();
    boolean leftNew =
        install.state() == InstallState.INSTALLING && back.from().equals(install.versions().to());
    boolean leftOld =
        install.state() == InstallState.REVERTING && back.from().equals(install.versions().from());
    return leftNew || leftOld
        ? Optional.of(Event.failed(install.position().step(), failure(install, back)))
        : Optional.empty();
  }

  private static Failure failure(Install install, WentBack back) {
    String message =
        "cannot start %s %s: %s; the launcher went back to %s, see the service's log"
            .formatted(install.key().component(), back.from(), back.reason(), back.to());
    return install.state() == InstallState.INSTALLING
        ? Failure.reverting(ErrorCode.ERROR_CODE_START_FAILED, message)
        : Failure.forOperator(ErrorCode.ERROR_CODE_REVERT_FAILED, message);
  }

  /** The launcher went back while no install went on: a job of the history, begun and ended. */
  static Install inHistory(String component, WentBack back, Instant now) {
    Failure why =
        Failure.reverting(
            ErrorCode.ERROR_CODE_START_FAILED,
            "cannot start %s %s: %s; the launcher went back to %s, see the service's log"
                .formatted(component, back.from(), back.reason(), back.to()));
    return new Install(
        new Install.Key(UUID.randomUUID().toString(), component),
        new Install.Order(Method.UPDATE, LAUNCHER, ""),
        new Install.Versions(back.to(), back.from(), null),
        new Install.Position(InstallState.REVERTED, null, null, 0),
        new Install.Backups(null, null),
        new Install.Times(now, now, now, null, null, now),
        why,
        0,
        false);
  }

  /** Whether that is in the history already, because this process ended before it forgot it. */
  static boolean isIn(List<Install> newestFirst, WentBack back) {
    return !newestFirst.isEmpty()
        && newestFirst.get(0).order().requestedBy().equals(LAUNCHER)
        && newestFirst.get(0).versions().to().equals(back.from());
  }

  /** Whether an install of it is going on. */
  static boolean moving(String component, List<Install> unfinished) {
    return unfinished.stream()
        .anyMatch(install -> install.state().busy() && install.key().component().equals(component));
  }
}
