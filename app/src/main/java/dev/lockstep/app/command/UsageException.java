package dev.lockstep.app.command;

/** The command line cannot be carried out as written; the message says what to write. */
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
