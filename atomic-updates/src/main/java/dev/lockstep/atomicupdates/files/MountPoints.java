package dev.lockstep.atomicupdates.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Where other file systems, or other folders, are mounted now, as the kernel tells it (proc(5),
 * {@code /proc/self/mountinfo}). A mount point can be neither renamed nor removed; what it shows
 * can be changed like any other folder's.
 */
public final class MountPoints {
  private static final Path KERNEL = Path.of("/proc/self/mountinfo");
  private static final int POINT = 4;
  private static final int OCTAL = 8;

  /** How the kernel writes blanks, line ends and backslashes. */
  private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

  private final List<Path> points;

  private MountPoints(List<Path> points) {
    this.points = points;
  }

  /** As they are now; none where this system does not tell. */
  public static MountPoints now() throws IOException {
    try {
      return of(Files.readAllLines(KERNEL));
    } catch (NoSuchFileException notTold) {
      return new MountPoints(List.of());
    }
  }

  static MountPoints of(List<String> lines) {
    List<Path> points = new ArrayList<>();
    for (String line : lines) {
      String[] fields = line.split(" ");
      if (fields.length > POINT) {
        points.add(Path.of(ESCAPED.matcher(fields[POINT]).replaceAll(MountPoints::character)));
      }
    }
    return new MountPoints(points);
  }

  private static String character(MatchResult escaped) {
    String character = String.valueOf((char) Integer.parseInt(escaped.group(1), OCTAL));
    return java.util.regex.Matcher.quoteReplacement(character);
  }

  /** Whether something is mounted there. */
  public boolean has(Path path) throws IOException {
    return Files.exists(path) && points.contains(real(path));
  }

  /** What is mounted below a folder, not at it. */
  public List<Path> below(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    Path real = real(folder);
    return points.stream().filter(point -> point.startsWith(real) && !point.equals(real)).toList();
  }

  /** As the kernel names it, whatever file system the path is of. */
  private static Path real(Path path) throws IOException {
    return Path.of(path.toRealPath().toString());
  }
}
