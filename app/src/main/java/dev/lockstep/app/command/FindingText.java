package dev.lockstep.app.command;

import dev.lockstep.app.doctor.Finding;
import dev.lockstep.app.doctor.Finding.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import tools.jackson.databind.json.JsonMapper;

/** Findings as a table that fits the terminal, and as lines of JSON. */
final class FindingText {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final String ROW = "%-10s  %-7s  ";
  private static final int LEAST = 60;
  private static final int MOST = 160;

  private final int width;

  /** A table of so many columns. */
  FindingText(int width) {
    this.width = Math.max(LEAST, Math.min(MOST, width));
  }

  /** How wide the terminal is: as {@code COLUMNS} says, or as it says itself, or 80. */
  static int columns(CommandSpec spec) {
    String columns = System.getenv("COLUMNS");
    if (columns != null && columns.matches("\\d{1,5}")) {
      return Integer.parseInt(columns);
    }
    return spec.usageMessage().autoWidth(System.console() != null).width();
  }

  String head() {
    return ROW.formatted("CHECK", "RESULT") + "SEEN";
  }

  /** What was seen beside check and result; below it what to do. */
  String of(Finding finding) {
    // What components wrote and servers said is in here: nothing of it may steer a terminal.
    String row = ROW.formatted(finding.check(), word(finding.result()));
    String indent = " ".repeat(row.length());
    List<String> lines = new ArrayList<>();
    lines.add(
        row
            + HistoryText.wrapped(indent, printable(finding.seen()), width)
                .substring(row.length()));
    if (!finding.remedy().isEmpty()) {
      String todo = HistoryText.wrapped(indent + "   ", printable(finding.remedy()), width);
      lines.add(indent + "-> " + todo.substring(indent.length() + 3));
    }
    return String.join("\n", lines);
  }

  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", " ");
  }

  private static String word(Result result) {
    return result.name().toLowerCase(Locale.ROOT);
  }

  /** "12 ok, 1 warning, 0 failed". */
  String sum(Map<Result, Integer> counts) {
    int warnings = counts.getOrDefault(Result.WARNING, 0);
    return "%n%d ok, %d warning%s, %d failed"
        .formatted(
            counts.getOrDefault(Result.OK, 0),
            warnings,
            warnings == 1 ? "" : "s",
            counts.getOrDefault(Result.FAILED, 0));
  }

  static String json(Finding finding) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("check", finding.check());
    line.put("result", word(finding.result()));
    line.put("seen", finding.seen());
    line.put("remedy", finding.remedy());
    return MAPPER.writeValueAsString(line);
  }

  static String json(Map<Result, Integer> counts) {
    Map<String, Integer> sum = new LinkedHashMap<>();
    for (Result result : Result.values()) {
      sum.put(word(result), counts.getOrDefault(result, 0));
    }
    return MAPPER.writeValueAsString(Map.of("sum", sum));
  }
}
