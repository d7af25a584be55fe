package dev.lockstep.atomicupdates.port;

import java.util.List;
import java.util.function.Consumer;

/**
 * Upgrades packages of the distribution, one upgrade at a time on this machine. Nothing that it did
 * can be brought back. Blocks, with a deadline; called on the install worker.
 */
public interface PackageUpgrades {
  /** Nobody upgrades packages for this process. */
  PackageUpgrades NONE =
      new PackageUpgrades() {
        @Override
        public Answer tryDry(List<String> names, Consumer<String> lines) {
          return new Answer(End.REFUSED, "nobody upgrades packages here");
        }

        @Override
        public Answer upgrade(List<String> names, Consumer<String> lines) {
          return new Answer(End.REFUSED, "nobody upgrades packages here");
        }
      };

  /** Finds out what an upgrade of exactly these would do; changes nothing. */
  Answer tryDry(List<String> names, Consumer<String> lines) throws InterruptedException;

  /**
   * Upgrades exactly these, and what they need; those that are as new as they can be are left. So
   * it may be repeated, and goes on where an interrupted one ended.
   *
   * @param lines gets what the package manager says as it says it
   * @throws InterruptedException if this process is stopping; the upgrade goes on without it
   */
  Answer upgrade(List<String> names, Consumer<String> lines) throws InterruptedException;

  /** How it ended. */
  enum End {
    /** As asked. */
    DONE,
    /** Another upgrade is going on; nothing was changed by this one. */
    BUSY,
    /** It was not even tried; nothing was changed by this one. */
    REFUSED,
    /** It was tried and failed. */
    FAILED
  }

  /**
   * An end with its reason.
   *
   * @param why empty where done
   */
  record Answer(End end, String why) {}
}
