package dev.lockstep.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The result of one benchmark, for people and as one line of JSON. Not thread-safe. */
public final class Report {
  private final String benchmark;
  private final List<Measure> measures = new ArrayList<>();
  private final List<Comparison> comparisons = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private record Measure(String name, String unit, Series values) {}

  /** A value with the most that it should be; NaN where there is no goal. */
  private record Comparison(String name, String unit, double value, double most) {
    boolean hasGoal() {
      return !Double.isNaN(most);
    }

    boolean isMet() {
      return value <= most;
    }
  }

  /** An empty report of a benchmark. */
  public Report(String benchmark) {
    this.benchmark = benchmark;
  }

  /** Adds a measured series. */
  public void measure(String name, String unit, Series values) {
    measures.add(new Measure(name, unit, values));
  }

  /** Adds a ratio without a goal. */
  public void ratio(String name, double value) {
    ratio(name, value, Double.NaN);
  }

  /** Adds a ratio that should be at most so much. */
  public void ratio(String name, double value, double most) {
    comparisons.add(new Comparison(name, "x", value, most));
  }

  /** Adds a value that should be at most so much. */
  public void goal(String name, String unit, double value, double most) {
    comparisons.add(new Comparison(name, unit, value, most));
  }

  /** Adds what a reader has to know: what was left out and why, under which conditions. */
  public void note(String text) {
    notes.add(text);
  }

  /** One line. */
  public String toJson() {
    ObjectNode json = JsonMapper.shared().createObjectNode();
    json.put("benchmark", benchmark);
    ArrayNode measured = json.putArray("measures");
    for (Measure measure : measures) {
      Series values = measure.values();
      measured
          .addObject()
          .put("name", measure.name())
          .put("unit", measure.unit())
          .put("count", values.count())
          .put("median", rounded(values.median()))
          .put("min", rounded(values.min()))
          .put("max", rounded(values.max()));
    }
    ArrayNode compared = json.putArray("comparisons");
    for (Comparison comparison : comparisons) {
      ObjectNode one =
          compared
              .addObject()
              .put("name", comparison.name())
              .put("unit", comparison.unit())
              .put("value", rounded(comparison.value()));
      if (comparison.hasGoal()) {
        one.put("goal_at_most", comparison.most()).put("met", comparison.isMet());
      }
    }
    ArrayNode said = json.putArray("notes");
    notes.forEach(said::add);
    return json.toString();
  }

  /** A table. */
  public String toText() {
    StringBuilder text = new StringBuilder(benchmark).append('\n');
    text.append(row("  %-58s %6s %10s %10s %10s%n", "", "count", "median", "min", "max"));
    for (Measure measure : measures) {
      Series values = measure.values();
      text.append(
          row(
              "  %-58s %6d %10s %10s %10s  %s%n",
              measure.name(),
              values.count(),
              shown(values.median()),
              shown(values.min()),
              shown(values.max()),
              measure.unit()));
    }
    for (Comparison comparison : comparisons) {
      text.append(
          row(
              "  %-58s %17s %s%s%n",
              comparison.name(),
              shown(comparison.value()),
              comparison.unit(),
              verdict(comparison)));
    }
    notes.forEach(note -> text.append("  note: ").append(note).append('\n'));
    return text.toString();
  }

  private static String verdict(Comparison comparison) {
    return comparison.hasGoal()
        ? "  (goal: at most "
            + shown(comparison.most())
            + (comparison.isMet() ? ", met)" : ", MISSED)")
        : "";
  }

  private static String row(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String shown(double value) {
    return row(Math.abs(value) >= 100 ? "%.0f" : Math.abs(value) >= 10 ? "%.1f" : "%.3f", value);
  }

  private static double rounded(double value) {
    return Math.round(value * 10_000) / 10_000.0;
  }
}
