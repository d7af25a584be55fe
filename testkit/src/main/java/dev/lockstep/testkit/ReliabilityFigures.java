package dev.lockstep.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The figures of {@code docs/reliability.md}: what was tried, all of which ended as promised.
 *
 * <p>A test tells its figures once at its end, after everything was looked at: one that found
 * anything otherwise has failed before and tells none. They are printed, left in {@code
 * target/reliability} for the table that the whole run prints, and held against the document's row,
 * which {@code -Dlockstep.regenerate=true} writes anew.
 */
public final class ReliabilityFigures {
  private static final Path DOCUMENT = Path.of("../docs/reliability.md");
  private static final Path FOLDER = Path.of("target/reliability");

  /** A row: nothing, what is tried, the test, two figures, and that all of them did. */
  private static final int CELLS = 6;

  private static final int PLACES = 3;
  private static final int TRIED = 4;

  private ReliabilityFigures() {}

  /**
   * Tells one test's figures, and fails unless at least nine tenths of what the document names were
   * tried: places differ a little from run to run. Of single methods of a class, nothing is told.
   *
   * @param test the test as the document's row names it, e.g. {@code `CrashTest` GOOD}
   * @param places how many places an undisturbed run has at which something can go wrong
   * @param tried how often something was made to go wrong
   * @throws AssertionError if the figures are not what the document says
   */
  public static void tell(String test, int places, int tried) {
    if (System.getProperty("test", "").contains("#")) {
      // Single methods were asked for; what they tried is not what their class tries.
      return;
    }
    String line = "| %s | %,d | %,d | all |".formatted(test, places, tried);
    System.out.println("reliability: places, tried, as promised: " + line);
    try {
      Files.createDirectories(FOLDER);
      Files.writeString(FOLDER.resolve(test.replaceAll("[^A-Za-z0-9]+", "-") + ".row"), line);
      if (Boolean.getBoolean("lockstep.regenerate")) {
        regenerate(test, places, tried);
      } else {
        hold(test, places, tried);
      }
    } catch (IOException wrong) {
      throw new UncheckedIOException(wrong);
    }
  }

  private static void hold(String test, int places, int tried) throws IOException {
    List<String> lines = Files.readAllLines(DOCUMENT);
    String[] cells = cells(lines.get(row(lines, test)));
    if (places < figure(cells[PLACES]) * 9 / 10 || tried < figure(cells[TRIED]) * 9 / 10) {
      throw new AssertionError(
          "%s: %d places, %d tried, but %s says%sand%s; if fewer are right, run it with -Dlockstep.regenerate=true"
              .formatted(test, places, tried, DOCUMENT, cells[PLACES], cells[TRIED]));
    }
  }

  private static int figure(String cell) {
    return Integer.parseInt(cell.trim().replace(",", ""));
  }

  /** The document is written in place under a lock: several tests may do it at once. */
  private static void regenerate(String test, int places, int tried) throws IOException {
    try (FileChannel channel = FileChannel.open(DOCUMENT, READ, WRITE)) {
      channel.lock();
      List<String> lines = new ArrayList<>(Files.readAllLines(DOCUMENT));
      int row = row(lines, test);
      String[] cells = cells(lines.get(row));
      lines.set(row, "|%s|%s| %,d | %,d | all |".formatted(cells[1], cells[2], places, tried));
      ByteBuffer bytes = ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(UTF_8));
      channel.truncate(0);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private static int row(List<String> lines, String test) {
    List<String> rows =
        lines.stream()
            .filter(line -> line.startsWith("|") && line.contains("| " + test + " |"))
            .toList();
    if (rows.size() != 1) {
      throw new IllegalStateException(DOCUMENT + " has " + rows.size() + " rows of " + test);
    }
    return lines.indexOf(rows.get(0));
  }

  private static String[] cells(String row) {
    String[] cells = row.split("\\|");
    if (cells.length != CELLS) {
      throw new IllegalStateException("not a row of figures: " + row);
    }
    return cells;
  }
}
