package dev.lockstep.app.demo;

import dev.lockstep.app.command.MessageText;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells the story of the demo: as text with progress bars on a terminal, as plain text elsewhere,
 * or as one JSON document a line.
 *
 * <p>Thread-safe: messages of the bus and the story come from different threads.
 */
final class Narrator implements AutoCloseable {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private final PrintStream out;
  private final boolean json;
  private final boolean terminal;
  private final Instant start = Instant.now();
  private final Map<String, ProgressBar> bars = new TreeMap<>();

  Narrator(PrintStream out, boolean json, boolean terminal) {
    this.out = out;
    this.json = json;
    this.terminal = terminal;
  }

  /** A new chapter. */
  synchronized void chapter(String title) {
    closeBars();
    if (json) {
      event("chapter", Map.of("title", title));
    } else {
      out.println();
      out.println(bold(title));
    }
  }

  /** Something happened. */
  synchronized void tell(String text) {
    if (json) {
      event("step", Map.of("text", text));
    } else {
      closeBars();
      out.println(at() + "  " + text);
    }
  }

  /** How far a download is. */
  synchronized void progress(String device, String component, long done, long total) {
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("device", device);
      fields.put("component", component);
      fields.put("bytes_done", done);
      fields.put("bytes_total", total);
      event("progress", fields);
    } else if (terminal) {
      String key = device + " " + component;
      bars.computeIfAbsent(key, name -> bar(name, total)).stepTo(done);
    } else if (done == total) {
      out.println(at() + "  " + device + " fetched " + component + ", " + MessageText.bytes(total));
    }
  }

  /** Whether something that was asked of the processes themselves is true. */
  synchronized void check(String what, boolean ok, String seen) {
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("what", what);
      fields.put("ok", ok);
      fields.put("seen", seen);
      event("check", fields);
    } else {
      closeBars();
      String mark = ok ? green("seen") : red("NOT SEEN");
      out.println(at() + "  " + mark + ": " + what + (seen.isEmpty() ? "" : " (" + seen + ")"));
    }
  }

  /** The end: a table and the verdict; the last line in JSON. */
  synchronized void summary(Map<String, Object> fields, String table, boolean ok) {
    closeBars();
    if (json) {
      Map<String, Object> summary = new LinkedHashMap<>();
      summary.put("ok", ok);
      summary.put("seconds", seconds(Duration.between(start, Instant.now())));
      summary.putAll(fields);
      event("summary", summary);
    } else {
      out.println();
      out.println(table);
      out.println();
      String verdict = ok ? green("all of it was seen to be true") : red("not all of it was true");
      out.println(verdict + ", " + seconds(Duration.between(start, Instant.now())) + " s");
    }
  }

  private void event(String name, Map<String, Object> fields) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("event", name);
    line.putAll(fields);
    out.println(MAPPER.writeValueAsString(line));
    out.flush();
  }

  private static ProgressBar bar(String name, long total) {
    return new ProgressBarBuilder()
        .setTaskName("        " + name)
        .setInitialMax(total)
        .setUnit(total > 2_000_000 ? " MB" : " kB", total > 2_000_000 ? 1_000_000 : 1000)
        .setStyle(ProgressBarStyle.ASCII)
        .setMaxRenderedLength(78)
        .setUpdateIntervalMillis(100)
        .build();
  }

  private void closeBars() {
    bars.values().forEach(ProgressBar::close);
    bars.clear();
  }

  private String at() {
    Duration since = Duration.between(start, Instant.now());
    return String.format(Locale.ROOT, "%5.1f s", since.toMillis() / 1000.0);
  }

  private static double seconds(Duration duration) {
    return Math.round(duration.toMillis() / 100.0) / 10.0;
  }

  private String bold(String text) {
    return terminal ? "\u001b[1m" + text + "\u001b[0m" : text;
  }

  private String green(String text) {
    return terminal ? "\u001b[32m" + text + "\u001b[0m" : text;
  }

  private String red(String text) {
    return terminal ? "\u001b[31m" + text + "\u001b[0m" : text;
  }

  @Override
  public synchronized void close() {
    closeBars();
  }
}
