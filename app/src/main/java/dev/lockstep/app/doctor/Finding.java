package dev.lockstep.app.doctor;

/**
 * What one look found.
 *
 * @param check which look, a short word that stays the same
 * @param result how it is
 * @param seen what was seen; of a failure "cannot X: Y"
 * @param remedy what to do; empty where nothing has to be done
 */
public record Finding(String check, Result result, String seen, String remedy) {
  /** How it is. */
  public enum Result {
    /** As it has to be. */
    OK,
    /** It works now, or a person should know. */
    WARNING,
    /** Something does not work. */
    FAILED
  }

  static Finding ok(String check, String seen) {
    return new Finding(check, Result.OK, seen, "");
  }

  static Finding warning(String check, String seen, String remedy) {
    return new Finding(check, Result.WARNING, seen, remedy);
  }

  static Finding failed(String check, String seen, String remedy) {
    return new Finding(check, Result.FAILED, seen, remedy);
  }

  /** From a message that reads "cannot X: Y; do Z". */
  static Finding failed(String check, String message) {
    return of(check, Result.FAILED, message);
  }

  /** From a message that reads "cannot X: Y; do Z". */
  static Finding of(String check, Result result, String message) {
    int end = message.lastIndexOf("; ");
    return end < 0
        ? new Finding(check, result, message, "")
        : new Finding(check, result, message.substring(0, end), message.substring(end + 2));
  }
}
