package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why something did not work.
 *
 * @param code stable
 * @param category what can be done about it
 * @param message for people: "cannot X: Y; do Z"
 */
public record Problem(ErrorCode code, ErrorCategory category, String message) {
  private static final Pattern CANNOT = Pattern.compile("cannot [^;]*?: ");
  private static final int MAX_CAUSE = 160;

  /** Checks that nothing is missing. */
  public Problem {
    Objects.requireNonNull(code);
    Objects.requireNonNull(category);
    Objects.requireNonNull(message);
  }

  /** A problem that trying again may solve. */
  public static Problem retry(ErrorCode code, String message) {
    return new Problem(code, ErrorCategory.ERROR_CATEGORY_RETRY, message);
  }

  /**
   * What is at the bottom of it, in a few words: of "cannot install X: cannot keep Y: it answered
   * 503; do Z" that is "it answered 503".
   */
  public String cause() {
    int end = message.indexOf("; ");
    String sentence = end < 0 ? message : message.substring(0, end);
    Matcher cannot = CANNOT.matcher(sentence);
    int from = 0;
    while (cannot.find()) {
      from = cannot.end();
    }
    String cause = sentence.substring(from);
    return cause.length() > MAX_CAUSE ? cause.substring(0, MAX_CAUSE) + "…" : cause;
  }

  /** A problem that a person has to solve. */
  public static Problem operator(ErrorCode code, String message) {
    return new Problem(code, ErrorCategory.ERROR_CATEGORY_OPERATOR, message);
  }
}
