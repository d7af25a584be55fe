package dev.lockstep.atomicupdates.port;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What started this process and starts it again: the launcher outside the virtual machine. Any
 * thread.
 *
 * <p>While this process lives it alone switches its own active link; while it does not, the
 * launcher alone does. So neither ever waits for the other.
 */
public interface Launcher {
  /** Nothing started this process that would start it again. */
  Launcher NONE = none(Launcher::leaveToTheThread);

  /**
   * Nothing started this process that would start it in another version.
   *
   * @param broken ends this process with a failure
   */
  static Launcher none(Consumer<Throwable> broken) {
    return new NoLauncher(broken);
  }

  private static void leaveToTheThread(Throwable why) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, why);
  }

  /** The release that this process is; empty where no launcher started it. */
  Optional<ReleaseVersion> running();

  /** Ends this process soon, so that the launcher starts what the active link points at then. */
  void restart();

  /**
   * Ends this process soon, as failed, because it can no longer do what the journal says: whoever
   * looks after it starts it again, and the next one goes on from the journal.
   */
  void broken(Throwable why);

  /**
   * This start was good: the launcher counts it no more, and does not go back because of it.
   *
   * @throws IOException if it cannot be told; it is as if it had not been good
   */
  void confirm() throws IOException;

  /** That the launcher went back, as long as it was not forgotten. */
  Optional<WentBack> wentBack() throws IOException;

  /** The journal knows that the launcher went back: it may do so again. */
  void forgetWentBack() throws IOException;

  /**
   * The launcher went back.
   *
   * @param from the release that did not start
   * @param to the release that runs instead
   * @param reason for people
   */
  record WentBack(ReleaseVersion from, ReleaseVersion to, String reason) {}
}
