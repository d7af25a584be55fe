package dev.lockstep.atomicupdates.bus;

/** A field of a message is outside of what is allowed; the message says which and why. */
final class MalformedContentException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedContentException(String field, String why) {
    super("cannot read " + field + ": " + why);
  }

  MalformedContentException(String field, RuntimeException cause) {
    super("cannot read " + field + ": " + cause.getMessage(), cause);
  }
}
