package dev.lockstep.app.helper;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One line that the helper was sent, as the programs that it stands for. Pure.
 *
 * <pre>
 * start UNIT
 * stop UNIT
 * restart UNIT
 * packages dry-run NAME...
 * packages upgrade NAME...
 * </pre>
 *
 * @param commands what is run, in order, as long as each ends with 0
 * @param packages whether packages are changed, which happens one at a time
 */
record HelperRequest(List<List<String>> commands, boolean packages) {
  /** Bytes of a request, its line feed included. */
  static final int MOST_BYTES = 4096;

  private static final Pattern UNIT =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9:_.@-]{0,120}\\.service");
  private static final Set<String> UNIT_VERBS = Set.of("start", "stop", "restart");
  private static final Pattern PACKAGE = Pattern.compile("[a-z0-9][a-z0-9+.-]{1,100}");
  private static final int MOST_PACKAGES = 50;

  /** What is allowed, and the programs. */
  record Allowed(Set<String> units, Set<String> packages, String systemctl, String aptGet) {}

  /** A request that is not carried out. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String why) {
      super(why);
    }
  }

  /**
   * Reads a line.
   *
   * @throws RefusedException if it says anything else than the above, or a name that is not allowed
   */
  static HelperRequest parse(String line, Allowed allowed) throws RefusedException {
    String[] words = line.split(" ", -1);
    if (words.length == 2 && UNIT_VERBS.contains(words[0])) {
      return unit(words[0], words[1], allowed);
    }
    if (words.length > 2 && words[0].equals("packages")) {
      boolean upgrade = words[1].equals("upgrade");
      if (upgrade || words[1].equals("dry-run")) {
        return packages(upgrade, List.of(words).subList(2, words.length), allowed);
      }
    }
    throw new RefusedException(
        "neither start|stop|restart UNIT nor packages dry-run|upgrade NAME...");
  }

  private static HelperRequest unit(String verb, String unit, Allowed allowed)
      throws RefusedException {
    if (!UNIT.matcher(unit).matches() || !allowed.units().contains(unit)) {
      throw new RefusedException("that unit is not among those that root allowed");
    }
    return new HelperRequest(
        List.of(List.of(allowed.systemctl(), "--no-ask-password", verb, unit)), false);
  }

  private static HelperRequest packages(boolean upgrade, List<String> names, Allowed allowed)
      throws RefusedException {
    if (allowed.packages().isEmpty()) {
      throw new RefusedException("changes of packages are off: root allowed none");
    }
    if (names.size() > MOST_PACKAGES) {
      throw new RefusedException("more than " + MOST_PACKAGES + " packages");
    }
    for (String name : names) {
      if (!PACKAGE.matcher(name).matches() || !allowed.packages().contains(name)) {
        throw new RefusedException("a package is not among those that root allowed");
      }
    }
    List<List<String>> commands = new ArrayList<>();
    commands.add(apt(allowed, names, "-s"));
    if (upgrade) {
      commands.add(apt(allowed, names));
    }
    return new HelperRequest(List.copyOf(commands), true);
  }

  private static List<String> apt(Allowed allowed, List<String> names, String... options) {
    List<String> words = new ArrayList<>(List.of(allowed.aptGet(), "-q", "-y"));
    words.addAll(List.of(options));
    words.addAll(List.of("--no-remove", "install", "--only-upgrade", "--"));
    words.addAll(names);
    return List.copyOf(words);
  }
}
