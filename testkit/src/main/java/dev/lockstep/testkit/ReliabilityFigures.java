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
import java.util.Arrays;
import java.util.List;

/**
 * The figures of {@code docs/reliability.md}: what was tried, and how often it ended as promised.
 *
 * <p>A test tells its figures once at its end. They are printed, left in {@code target/reliability}
 * for the table that the whole run prints, and held against the document's row, which {@code
 * -Dlockstep.regenerate=true} writes anew.
 */
public final class ReliabilityFigures {
  private static final Path DOCUMENT = Path.of("../docs/reliability.md");
  private static final Path FOLDER = Path.of("target/reliability");

  /** A row: what is tried, the test, then these three. */
  private static final int FIRST_FIGURE = 3;

  private ReliabilityFigures() {}

  /**
   * Tells one test's figures, and fails unless everything ended as promised and at least nine
   * tenths of what the document names were tried: places differ a little from run to run.
   *
   * @param test the test as the document's row names it, e.g. {@code `CrashTest` GOOD}
   * @param places how many places an undisturbed run has at which something can go wrong
   * @param tried how often something was made to go wrong
   * @param asPromised how many of those ended as promised
   * @throws AssertionError if the figures are not what the document says
   */
  public static void tell(String test, int places, int tried, int asPromised) {
    List<Integer> figures = List.of(places, tried, asPromised);
    String line = "| %s | %d | %d | %d |".formatted(test, places, tried, asPromised);
    System.out.println("reliability: places, tried, as promised: " + line);
    try {
      Files.createDirectories(FOLDER);
      Files.writeString(FOLDER.resolve(test.replaceAll("[^A-Za-z0-9]+", "-") + ".row"), line);
      if (asPromised != tried) {
        throw new AssertionError(test + ": " + asPromised + " of " + tried + " ended as promised");
      }
      if (Boolean.getBoolean("lockstep.regenerate")) {
        regenerate(test, figures);
      }
      hold(test, figures);
    } catch (IOException wrong) {
      throw new UncheckedIOException(wrong);
    }
  }

  private static void hold(String test, List<Integer> figures) throws IOException {
    List<String> lines = Files.readAllLines(DOCUMENT);
    String[] cells = cells(lines.get(row(lines, test)));
    List<Integer> promised =
        Arrays.stream(cells)
            .skip(FIRST_FIGURE)
            .map(cell -> Integer.parseInt(cell.trim().replace(",", "")))
            .toList();
    for (int figure = 0; figure < promised.size(); figure++) {
      if (figures.get(figure) < promised.get(figure) * 9 / 10) {
        throw new AssertionError(
            "%s: %s, but %s says %s; if fewer are right, run it with -Dlockstep.regenerate=true"
                .formatted(test, figures, DOCUMENT, promised));
      }
    }
  }

  /** The document is written in place under a lock: several tests may do it at once. */
  private static void regenerate(String test, List<Integer> figures) throws IOException {
    try (FileChannel channel = FileChannel.open(DOCUMENT, READ, WRITE)) {
      channel.lock();
      List<String> lines = new ArrayList<>(Files.readAllLines(DOCUMENT));
      int row = row(lines, test);
      String[] cells = cells(lines.get(row));
      lines.set(
          row,
          "|%s|%s| %,d | %,d | %,d |"
              .formatted(cells[1], cells[2], figures.get(0), figures.get(1), figures.get(2)));
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
    if (cells.length != FIRST_FIGURE + 3) {
      throw new IllegalStateException("not a row of figures: " + row);
    }
    return cells;
  }
}
