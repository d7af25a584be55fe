package dev.lockstep.frontendagent.port;

/** A frontend did not do what it was asked. */
public abstract sealed class FrontendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private FrontendException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Nobody listens: it does not run, so it has nothing to finish. */
  public static final class NotRunning extends FrontendException {
    private static final long serialVersionUID = 1L;

    /** What was asked, and why it could not be. */
    public NotRunning(String what, Throwable cause) {
      super("cannot " + what + ": it does not run; start it", cause);
    }
  }

  /** It answered with an error, with nonsense, or not in time. */
  public static final class Failed extends FrontendException {
    private static final long serialVersionUID = 1L;

    /** What was asked, and what came back. */
    public Failed(String what, String why, Throwable cause) {
      super("cannot " + what + ": " + why + "; look at its log", cause);
    }
  }
}
