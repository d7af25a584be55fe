package dev.lockstep.atomicupdates.domain;

/** How far an install is, 0 to 100; never less than it was as long as it goes on. */
public final class Percent {
  private static final int PREPARING = 5;
  private static final int REVERTING = 80;
  private static final int UNDONE = 3;
  private static final int[] APPLYING = {10, 20, 40, 50, 60, 75};
  private static final int ALL = 100;

  private Percent() {}

  /** Of an install. */
  public static int of(Install install) {
    InstallStep step = install.position().step();
    return switch (install.state()) {
      case REQUESTED, DOWNLOADING -> 0;
      case PREPARING -> PREPARING;
      case INSTALLING -> APPLYING[step.ordinal()];
      case REVERTING -> REVERTING + UNDONE * (InstallStep.LAST.ordinal() - step.ordinal());
      case STAGED, FAILED, DEFERRED, REFUSED, COMMITTED, REVERTED, REVERT_FAILED -> ALL;
    };
  }
}
