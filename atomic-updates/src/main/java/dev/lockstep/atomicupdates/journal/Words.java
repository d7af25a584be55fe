package dev.lockstep.atomicupdates.journal;

import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The words of the journal's rows, some of which a newer release may have written that this one
 * went back from. What nothing can be decided without is empty then; the reader of the row says
 * what that means.
 */
public final class Words {
  private Words() {}

  /** The word, empty where this release does not know it or where there is none. */
  public static <E extends Enum<E>> Optional<E> known(Class<E> kind, String text) {
    for (E word : kind.getEnumConstants()) {
      if (word.name().equals(text)) {
        return Optional.of(word);
      }
    }
    return Optional.empty();
  }

  /** Whether something is written there that this release does not know. */
  public static <E extends Enum<E>> boolean unknown(Class<E> kind, String text) {
    return text != null && known(kind, text).isEmpty();
  }

  /** All of them, to be listed in a query. */
  public static <E extends Enum<E>> String all(Class<E> kind) {
    return Arrays.stream(kind.getEnumConstants())
        .map(word -> "'" + word.name() + "'")
        .collect(Collectors.joining(", "));
  }

  /**
   * The failure in the columns {@code error_*}, null where there is none. A code of another release
   * is {@code JOURNAL} and named in the message; a category of another release is for a person.
   */
  public static Failure failure(ResultSet row) throws SQLException {
    String code = row.getString("error_code");
    if (code == null) {
      return null;
    }
    ErrorCategory category =
        known(ErrorCategory.class, row.getString("error_category"))
            .orElse(ErrorCategory.ERROR_CATEGORY_OPERATOR);
    String message = row.getString("error_message");
    return known(ErrorCode.class, code)
        .map(known -> new Failure(known, category, message))
        .orElseGet(
            () ->
                new Failure(
                    ErrorCode.ERROR_CODE_JOURNAL,
                    category,
                    "%s (%s, a code of another release)".formatted(message, code)));
  }
}
