package dev.lockstep.atomicupdates.port;

import dev.lockstep.protocol.version.ReleaseVersion;
import java.io.IOException;
import java.util.Optional;

/**
 * What started this process and starts it again: the launcher outside the virtual machine. Any
 * thread.
 *
 * <p>While this process lives it alone switches its own active link; while it does not, the
 * launcher alone does. So neither ever waits for the other.
 */
public interface Launcher {
  /** Nothing started this process that would start it again. */
  Launcher NONE =
      new Launcher() {
        @Override
        public Optional<ReleaseVersion> running() {
          return Optional.empty();
        }

        @Override
        public void restart() {
          throw new IllegalStateException("this process was not started by a launcher");
        }

        @Override
        public void confirm() {
          // Nobody counts the starts.
        }

        @Override
        public Optional<WentBack> wentBack() {
          return Optional.empty();
        }

        @Override
        public void forgetWentBack() {
          // Nobody went back.
        }
      };

  /** The release that this process is; empty where no launcher started it. */
  Optional<ReleaseVersion> running();

  /** Ends this process soon, so that the launcher starts what the active link points at then. */
  void restart();

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
