package dev.lockstep.atomicupdates.domain;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Effect.Kind;
import dev.lockstep.atomicupdates.domain.Install.Position;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What follows from an event: the install's next state, and what is to be done then. Pure. */
public final class InstallMachine {
  private InstallMachine() {}

  /** The install after an event, and what is to be done once the journal holds it, in order. */
  public record Transition(Install install, List<Effect> effects) {}

  /**
   * Applies an event.
   *
   * @throws AtomicUpdatesException {@code TRANSITION} if the table does not list it
   */
  public static Transition apply(Install install, Event event, Instant now) {
    EventKind kind = kindOf(install, event);
    InstallState next =
        TransitionTable.next(install.state(), kind).orElseThrow(() -> illegal(install, event));
    return switch (kind) {
      case STAGE_ASKED -> to(next, install.failing(null), now, Effect.of(Kind.FETCH));
      case STAGED -> to(next, install.fetched(event.bytes()), now, Effect.of(Kind.TELL_STAGED));
      case STAGING_FAILED, SLOT_REMOVED ->
          to(next, install.failing(event.failure()), now, Effect.of(Kind.TELL_STAGED));
      case DEPLOYMENT_ENDED -> closed(next, install.failing(event.failure()), now);
      case INSTALL_ASKED -> to(next, install.askedAt(now).failing(null), now, Effect.of(Kind.ASK));
      case READY -> ready(next, install.backedUpAs(event.text()), now);
      case INHIBITED, NOT_MET ->
          to(next, install.failing(event.failure()), now, Effect.of(Kind.TELL_END));
      case STEP_DONE -> go(marked(install, event), next, following(install), now);
      case LAST_STEP_DONE ->
          to(next, marked(install, event), now, Effect.of(Kind.TELL_END), Effect.of(Kind.CLEAN_UP));
      case STEP_WAITS -> new Transition(install, List.of(act(next, event.step(), event.pause())));
      case STEP_FAILED -> stepFailed(install, next, event.failure(), now);
      case RESUMED -> resume(install, now);
      case RESTORE_ASKED -> restore(install, next, now);
      case RESUMED_TOO_OFTEN -> giveUp(install, next, event.failure(), now);
    };
  }

  private static EventKind kindOf(Install install, Event event) {
    if (event.step() == null) {
      return event.kind();
    }
    if (event.step() != install.position().step()) {
      throw illegal(install, event);
    }
    InstallStep last =
        install.state() == InstallState.REVERTING ? InstallStep.FIRST : InstallStep.LAST;
    boolean ends = event.kind() == EventKind.STEP_DONE && event.step() == last;
    return ends ? EventKind.LAST_STEP_DONE : event.kind();
  }

  private static InstallStep following(Install install) {
    InstallStep step = install.position().step();
    return install.state() == InstallState.REVERTING ? step.before() : step.next();
  }

  /** The stop of the old version is marked once; the health of what runs now, at the end. */
  private static Install marked(Install install, Event event) {
    if (event.mark() == null) {
      return install;
    }
    boolean stopped =
        install.state() == InstallState.INSTALLING
            && event.step().compareTo(InstallStep.ACTIVATE) < 0;
    return stopped
        ? install.marked(event.mark(), null)
        : install.marked(install.times().stopped(), event.mark());
  }

  private static Transition to(
      InstallState state, Install install, Instant now, Effect... effects) {
    InstallStep step = state == InstallState.REVERT_FAILED ? install.position().step() : null;
    Position position = new Position(state, step, install.position().reached(), 0);
    return new Transition(install.at(position, now), List.of(effects));
  }

  /** Staging was told when it ended, and no install of it ever began: there is nothing to tell. */
  private static Transition closed(InstallState state, Install install, Instant now) {
    Transition closed = to(state, install, now);
    return new Transition(closed.install().reported(), closed.effects());
  }

  private static Transition ready(InstallState state, Install install, Instant now) {
    Position begin = new Position(state, InstallStep.FIRST, InstallStep.FIRST, 0);
    return new Transition(
        install.at(begin, now), List.of(Effect.apply(InstallStep.FIRST, Duration.ZERO)));
  }

  private static Transition go(Install install, InstallState state, InstallStep step, Instant now) {
    Position was = install.position();
    Position position =
        new Position(
            state,
            step,
            further(was.reached(), state, step),
            was.state() == state ? was.resumes() : 0);
    return new Transition(install.at(position, now), List.of(act(state, step, Duration.ZERO)));
  }

  private static InstallStep further(InstallStep reached, InstallState state, InstallStep step) {
    boolean goesOn = state == InstallState.INSTALLING && step.compareTo(reached) > 0;
    return goesOn ? step : reached;
  }

  private static Effect act(InstallState state, InstallStep step, Duration pause) {
    return state == InstallState.REVERTING ? Effect.undo(step, pause) : Effect.apply(step, pause);
  }

  /** What is half done is undone too, so undoing begins with the step that failed. */
  private static Transition stepFailed(
      Install install, InstallState next, Failure why, Instant now) {
    return next == InstallState.REVERTING
        ? go(install.failing(why), next, install.position().step(), now)
        : to(next, install.failing(stuck(install, why)), now, Effect.of(Kind.TELL_END));
  }

  private static Failure stuck(Install install, Failure why) {
    return install.failure() == null ? why : why.keeping(install.failure());
  }

  /** Undone on from the step that failed; nothing before it has to be undone again. */
  private static Transition restore(Install install, InstallState next, Instant now) {
    if (!install.owesData()) {
      throw illegal(install, Event.restoreAsked());
    }
    return go(install.failing(install.failure().kept()), next, install.position().step(), now);
  }

  private static Transition resume(Install install, Instant now) {
    Position was = install.position();
    InstallStep step = was.step();
    if (was.state() == InstallState.INSTALLING && step == InstallStep.VERIFY) {
      // Whether the new version still runs is not known: it is started again where it does not.
      step = InstallStep.START;
    }
    Install resumed =
        install.at(new Position(was.state(), step, was.reached(), was.resumes() + 1), now);
    Effect effect =
        switch (was.state()) {
          case DOWNLOADING -> Effect.of(Kind.FETCH);
          case PREPARING -> Effect.of(Kind.ASK);
          default -> act(was.state(), step, Duration.ZERO);
        };
    return new Transition(resumed, List.of(effect));
  }

  private static Transition giveUp(Install install, InstallState next, Failure why, Instant now) {
    return switch (next) {
      case REVERTING, REVERT_FAILED -> stepFailed(install, next, why, now);
      case FAILED -> to(next, install.failing(why), now, Effect.of(Kind.TELL_STAGED));
      default -> to(next, install.failing(why), now, Effect.of(Kind.TELL_END));
    };
  }

  /** An event that the table does not list: a defect. */
  private static AtomicUpdatesException illegal(Install install, Event event) {
    return new AtomicUpdatesException.Install(
        ErrorCode.ERROR_CODE_TRANSITION,
        ErrorCategory.ERROR_CATEGORY_BUG,
        "cannot apply %s%s to the install of %s by job %s: it is %s%s; report this defect"
            .formatted(
                event.kind(),
                event.step() == null ? "" : " of " + event.step(),
                install.key().component(),
                install.key().jobId(),
                install.state(),
                install.position().step() == null ? "" : " at " + install.position().step()),
        null);
  }
}
