package dev.lockstep.protocol.version;

/** A version, range or build id that cannot be read; the message says what was expected. */
public final class MalformedVersionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * Names what could not be read.
   *
   * @param what "version", "range", …
   * @param text the text, may be null
   * @param remedy what to write instead
   */
  public MalformedVersionException(String what, String text, String remedy) {
    super("cannot read %s %s; %s".formatted(what, quoted(text), remedy));
  }

  private static String quoted(String text) {
    if (text == null) {
      return "(none)";
    }
    String shown = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
  }
}
