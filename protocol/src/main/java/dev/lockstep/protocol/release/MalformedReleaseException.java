package dev.lockstep.protocol.release;

/** A description or manifest that cannot be read fully, and is therefore refused. */
public final class MalformedReleaseException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** "cannot read WHAT: WHY". */
  public MalformedReleaseException(String what, String why) {
    super("cannot read " + what + ": " + why);
  }

  /** The same with its cause. */
  public MalformedReleaseException(String what, String why, Throwable cause) {
    super("cannot read " + what + ": " + why, cause);
  }
}
