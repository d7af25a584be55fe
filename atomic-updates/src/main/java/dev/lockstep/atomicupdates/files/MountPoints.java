package dev.lockstep.atomicupdates.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where other file systems, or other folders, are mounted now, as the kernel tells it (proc(5),
 * {@code /proc/self/mountinfo}). A mount point can be neither renamed nor removed; what it shows
 * can be changed like any other folder's.
 *
 * <p>Names are compared by their bytes: what somebody else mounts may have a name that is no text,
 * or none that Java can say in this process's locale.
 */
public final class MountPoints {
  private static final Path KERNEL = Path.of("/proc/self/mountinfo");
  private static final int POINT = 4;
  private static final int OCTAL = 8;
  private static final int HEX = 16;

  /** How the kernel writes blanks, line ends and backslashes. */
  private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

  /** How a path's address writes the bytes that are no plain characters. */
  private static final Pattern PERCENT = Pattern.compile("%([0-9A-Fa-f]{2})");

  /** One character for each byte. */
  private final List<String> points;

  private MountPoints(List<String> points) {
    this.points = points;
  }

  /** As they are now; none where this system does not tell. */
  public static MountPoints now() throws IOException {
    try {
      return of(Files.readAllBytes(KERNEL));
    } catch (NoSuchFileException notTold) {
      return new MountPoints(List.of());
    }
  }

  /** As such a table of the kernel tells it. */
  public static MountPoints of(byte[] table) {
    List<String> points = new ArrayList<>();
    for (String line : new String(table, ISO_8859_1).split("\n")) {
      String[] fields = line.split(" ");
      if (fields.length > POINT) {
        points.add(plain(fields[POINT], ESCAPED, OCTAL));
      }
    }
    return new MountPoints(points);
  }

  private static String plain(String text, Pattern escaped, int radix) {
    return escaped
        .matcher(text)
        .replaceAll(
            found ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(found.group(1), radix))));
  }

  /** Whether something is mounted there; not where a link leads to such a place. */
  public boolean has(Path path) throws IOException {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS) && points.contains(name(path));
  }

  /** What is mounted below a folder, not at it, as people read it. */
  public List<String> below(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    String name = name(folder);
    String start = name.endsWith("/") ? name : name + "/";
    return points.stream()
        .filter(point -> point.startsWith(start) && !point.equals(name))
        .map(point -> new String(point.getBytes(ISO_8859_1), UTF_8))
        .toList();
  }

  /** As the kernel names it, whatever file system the path is of; a link by its own name. */
  private static String name(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    Path parent = absolute.getParent();
    Path real = parent == null ? absolute : parent.toRealPath().resolve(absolute.getFileName());
    Path known = real.getFileSystem() == FileSystems.getDefault() ? real : Path.of(real.toString());
    // An address has the bytes of a path; its text has only what the locale can say.
    String bytes = plain(known.toUri().getRawPath(), PERCENT, HEX);
    return bytes.length() > 1 && bytes.endsWith("/")
        ? bytes.substring(0, bytes.length() - 1)
        : bytes;
  }
}
