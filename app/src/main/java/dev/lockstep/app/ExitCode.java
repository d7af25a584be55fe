package dev.lockstep.app;

/** Exit codes of every Lockstep command (R130). */
public enum ExitCode {
  /** Done, or nothing to do. */
  OK(0),
  /** Failed. */
  FAILED(1),
  /** The command line or a setting is wrong. */
  USAGE(2),
  /** What was named does not exist. */
  NOT_FOUND(3),
  /** {@code doctor} found something that does not work. */
  CHECK_FAILED(4),
  /** The update was reverted. */
  REVERTED(5),
  /** Deferred by a component, or held. */
  DEFERRED(6),
  /** What the source served is not to be trusted. */
  UNTRUSTED(7),
  /** Nobody answers on the bus. */
  UNREACHABLE(75),
  /** The launcher is to start what the active link of Lockstep itself points at now. */
  RESTART(76),
  /** Nothing to do, where {@code --exit-code} asks for the difference. */
  NOTHING_TO_DO(77);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The number. */
  public int code() {
    return code;
  }
}
