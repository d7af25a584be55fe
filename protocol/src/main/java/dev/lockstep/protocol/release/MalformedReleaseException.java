package dev.lockstep.protocol.release;

/** A description or manifest that cannot be read fully, and is therefore refused. */
public final class MalformedReleaseException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int MAX_LENGTH = 400;

  /** "cannot read WHAT: WHY". */
  public MalformedReleaseException(String what, String why) {
    super("cannot read " + what + ": " + readable(why));
  }

  /** The same with its cause. */
  public MalformedReleaseException(String what, String why, Throwable cause) {
    super("cannot read " + what + ": " + readable(why), cause);
  }

  /** What a stranger wrote may be quoted: on one line, and not for pages. */
  private static String readable(String why) {
    String line = why.replaceAll("[\\p{Cntrl}\\s]+", " ");
    return line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) + "…" : line;
  }
}
