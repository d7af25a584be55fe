package dev.lockstep.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The figures that {@code docs/reliability.md} promises at least; tests hold themselves to them.
 */
public final class Promised {
  private static final Path DOCUMENT = Path.of("../docs/reliability.md");

  private Promised() {}

  /**
   * The numbers in the last column of a test's row, in their order.
   *
   * @param test the test as the row names it, e.g. {@code `CrashTest`}
   */
  public static List<Integer> atLeast(String test) {
    try {
      List<String> rows =
          Files.readAllLines(DOCUMENT).stream()
              .filter(line -> line.startsWith("|") && line.contains("| " + test + " |"))
              .toList();
      if (rows.size() != 1) {
        throw new IllegalStateException(DOCUMENT + " has " + rows.size() + " rows of " + test);
      }
      String[] cells = rows.get(0).split("\\|");
      return Arrays.stream(cells[cells.length - 1].split("[^0-9]+"))
          .filter(number -> !number.isEmpty())
          .map(Integer::parseInt)
          .toList();
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }
}
