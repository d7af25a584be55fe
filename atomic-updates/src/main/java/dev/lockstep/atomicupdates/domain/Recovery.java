package dev.lockstep.atomicupdates.domain;

import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What happens at boot to an install, for every state in which the journal may hold it. A total
 * function of the journal and of what is on disk.
 */
public final class Recovery {
  /** How often an install is resumed in one state before it is given up. */
  public static final int MAX_RESUMES = 5;

  /** Going back is tried more often, since giving it up needs a person. */
  public static final int MAX_REVERT_RESUMES = 10;

  private Recovery() {}

  /**
   * The event that a boot is to an install.
   *
   * @param staged whether a version is in a slot on disk; asked only where it matters, since a disk
   *     that cannot tell must not stand in the way of the rest
   * @return empty where nothing is left to do
   */
  public static Optional<Event> atBoot(Install install, Predicate<ReleaseVersion> staged) {
    return switch (install.state()) {
      case DOWNLOADING, PREPARING, INSTALLING -> Optional.of(resume(install, MAX_RESUMES));
      case REVERTING -> Optional.of(resume(install, MAX_REVERT_RESUMES));
      case STAGED ->
          staged.test(install.versions().to())
              ? Optional.empty()
              : Optional.of(Event.slotRemoved(gone(install)));
      case REVERT_FAILED ->
          install.owesData() && !gaveUp(install)
              ? Optional.of(Event.restoreAsked())
              : Optional.empty();
      case REQUESTED, FAILED, DEFERRED, REFUSED, COMMITTED, REVERTED -> Optional.empty();
    };
  }

  /** What ended Lockstep so often may do so again: only a person asks for it then. */
  private static boolean gaveUp(Install install) {
    return install.failure() != null
        && install.failure().code() == ErrorCode.ERROR_CODE_RESUMED_TOO_OFTEN;
  }

  private static Event resume(Install install, int limit) {
    int resumes = install.position().resumes();
    return resumes < limit
        ? Event.resumed()
        : Event.resumedTooOften(
            new Failure(
                ErrorCode.ERROR_CODE_RESUMED_TOO_OFTEN,
                install.state() == InstallState.REVERTING
                    ? ErrorCategory.ERROR_CATEGORY_OPERATOR
                    : ErrorCategory.ERROR_CATEGORY_REVERT,
                "cannot go on with %s %s: Lockstep ended %d times while it was %s; look at its log for why"
                    .formatted(
                        install.key().component(),
                        install.versions().to(),
                        resumes + 1,
                        install.state())));
  }

  /** Why a release that was staged cannot be installed any more. */
  public static Failure gone(Install install) {
    return new Failure(
        ErrorCode.ERROR_CODE_INSTALL_NOT_STAGED,
        ErrorCategory.ERROR_CATEGORY_RETRY,
        "cannot keep %s %s staged: its slot was removed; download it again"
            .formatted(install.key().component(), install.versions().to()));
  }

  /**
   * Whether a component may be started at boot, as far as its last install is concerned: not while
   * its install goes on, not in a version that could not be reverted, and none on data that could
   * not be put back; none at all where nobody can tell which step was reached.
   *
   * @param active the version that the active link points at
   */
  public static boolean mayStart(Install last, ReleaseVersion active) {
    return switch (last.state()) {
      case INSTALLING, REVERTING -> false;
      case REVERT_FAILED ->
          !nobodyCanTell(last) && !last.owesData() && !last.versions().to().equals(active);
      default -> true;
    };
  }

  /** Its row was lost, or written by a release that knows more states than this one. */
  private static boolean nobodyCanTell(Install install) {
    return install.position().step() != null && install.position().reached() == null;
  }
}
