package dev.lockstep.protocol.documents;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import dev.lockstep.protocol.v1.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** docs/errors.md. */
final class ErrorsDocument {
  private static final String PREFIX = "ERROR_CODE_";
  private static final Pattern COMMENT = Pattern.compile("(.+?) (retry|revert|operator|bug): (.+)");
  private static final Map<String, String> CATEGORIES =
      Map.of(
          "retry", "Lockstep tries again by itself",
          "revert", "the change is undone; the version it was for is at fault",
          "operator", "a person has to do something",
          "bug", "a defect of Lockstep");

  /**
   * One code and what its comment says.
   *
   * @param name without the prefix
   * @param category the usual one; the error that was sent has the last word
   */
  record Entry(String name, int number, String what, String category, String remedy) {}

  private ErrorsDocument() {}

  /** Every code that can be sent, in the order of the numbers. */
  static List<Entry> entries() {
    ProtoComments comments = ProtoComments.load();
    List<Entry> entries = new ArrayList<>();
    for (EnumValueDescriptor code : ErrorCode.getDescriptor().getValues()) {
      if (code.getNumber() == 0) {
        continue;
      }
      Matcher comment = COMMENT.matcher(comments.line(code.getFullName()));
      if (!comment.matches()) {
        throw new AssertionError(code.getName() + " needs a comment: what happened, what to do");
      }
      String name = code.getName().substring(PREFIX.length());
      entries.add(
          new Entry(name, code.getNumber(), comment.group(1), comment.group(2), comment.group(3)));
    }
    return entries;
  }

  static String render() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        # Errors

        <!-- Generated from the comments of error.proto (protocol module). Do not edit. -->

        Every error has a stable code, a category and a message of the form "cannot X: Y; do Z". The category says who acts:

        """);
    CATEGORIES.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            category ->
                text.append("* **%s**: %s.\n".formatted(category.getKey(), category.getValue())));
    text.append("\n| number | code | usual category |\n|---|---|---|\n");
    for (Entry entry : entries()) {
      text.append(
          "| %d | [%s](#%s) | %s |\n"
              .formatted(
                  entry.number(),
                  entry.name(),
                  entry.name().toLowerCase(java.util.Locale.ROOT),
                  entry.category()));
    }
    text.append(entries().stream().map(ErrorsDocument::section).collect(Collectors.joining()));
    return text.toString();
  }

  private static String section(Entry entry) {
    return """

        ## %s

        %s

        * **Code**: `%s%s` = %d
        * **Usual category**: %s (%s)
        * **What to do**: %s
        """
        .formatted(
            entry.name(),
            entry.what(),
            PREFIX,
            entry.name(),
            entry.number(),
            entry.category(),
            CATEGORIES.get(entry.category()),
            entry.remedy());
  }
}
