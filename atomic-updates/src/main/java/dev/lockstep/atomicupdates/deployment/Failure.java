package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.util.Objects;

/**
 * Why something failed, as a value that can be kept and compared.
 *
 * @param code stable
 * @param category what can be done about it
 * @param message "cannot X: Y; do Z"
 */
public record Failure(ErrorCode code, ErrorCategory category, String message) {
  /** Checks that nothing is missing. */
  public Failure {
    Objects.requireNonNull(code);
    Objects.requireNonNull(category);
    Objects.requireNonNull(message);
  }

  /** A failure of the coordination itself. */
  static Failure of(ErrorCode code, ErrorCategory category, String message, Object... arguments) {
    return new Failure(code, category, message.formatted(arguments));
  }

  /** The same failure as an exception. */
  public AtomicUpdatesException asException() {
    return new AtomicUpdatesException.Coordination(code, category, message, null);
  }
}
