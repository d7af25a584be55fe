package dev.lockstep.protocol.release;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * For which hardware a release is, as its publisher signed it. Evaluated on the device by what the
 * device knows about itself.
 *
 * <p>A device gets the release when it meets one of {@code only}, or {@code only} is empty, and
 * meets none of {@code never}. What a device does not know about itself meets nothing.
 *
 * @param only the release is limited to these
 * @param never the release is blocked for these
 */
public record HardwareRule(List<Condition> only, List<Condition> never) {
  /** For every device. */
  public static final HardwareRule ANY = new HardwareRule(List.of(), List.of());

  static final String MEMORY = "memory_mb";

  private static final int MAX_CONDITIONS = 32;
  private static final int MAX_FACTS = 16;
  private static final int MAX_TEXT = 200;
  private static final Pattern NAME =
      Pattern.compile("os|arch|model|memory_mb|label\\.[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern AMOUNT = Pattern.compile("(>=|<=|>|<|=)([0-9]{1,9})");
  private static final Pattern WRITTEN = Pattern.compile("([^<>=]+?)(>=|<=|>|<|=)(.+)");

  /** Checks and copies. */
  public HardwareRule {
    only = List.copyOf(only);
    never = List.copyOf(never);
    if (only.size() > MAX_CONDITIONS || never.size() > MAX_CONDITIONS) {
      throw refused("more than " + MAX_CONDITIONS + " conditions");
    }
  }

  /**
   * What a device has to be, all of it.
   *
   * @param facts name of a fact to what it has to be: text in which {@code *} stands for any
   *     characters and case does not matter, or for {@code memory_mb} one of {@code >= <= > < =}
   *     and a number
   */
  public record Condition(Map<String, String> facts) {
    /** Checks and copies. */
    public Condition {
      facts = Map.copyOf(facts);
      if (facts.isEmpty() || facts.size() > MAX_FACTS) {
        throw refused("a condition has 1 to " + MAX_FACTS + " facts");
      }
      facts.forEach(Condition::check);
    }

    private static void check(String name, String wanted) {
      if (!NAME.matcher(name).matches()) {
        throw refused("\"%s\" is none of os, arch, model, memory_mb, label.NAME".formatted(name));
      }
      boolean text =
          !wanted.isBlank()
              && wanted.length() <= MAX_TEXT
              && wanted.chars().noneMatch(Character::isISOControl);
      boolean good = name.equals(MEMORY) ? AMOUNT.matcher(wanted).matches() : text;
      if (!good) {
        throw refused("%s cannot be compared with \"%s\"".formatted(name, wanted));
      }
    }

    /**
     * Reads how people write it: {@code model=Raspberry Pi 4*,memory_mb>=1024}.
     *
     * @throws MalformedReleaseException if it cannot be read
     */
    public static Condition parse(String text) {
      Map<String, String> facts = new TreeMap<>();
      for (String part : text.split(",")) {
        Matcher written = WRITTEN.matcher(part.strip());
        if (!written.matches()) {
          throw refused("\"%s\" is not NAME=VALUE".formatted(part.strip()));
        }
        String name = written.group(1).strip();
        String value = written.group(3).strip();
        boolean amount = name.equals(MEMORY);
        if (!amount && !written.group(2).equals("=")) {
          throw refused("only memory_mb can be compared with " + written.group(2));
        }
        if (facts.put(name, amount ? written.group(2) + value : value) != null) {
          throw refused("\"%s\" is named twice".formatted(name));
        }
      }
      return new Condition(facts);
    }

    boolean metBy(DeviceFacts device) {
      return facts.entrySet().stream()
          .allMatch(
              fact ->
                  Optional.ofNullable(device.values().get(fact.getKey()))
                      .filter(value -> meets(fact.getKey(), fact.getValue(), value))
                      .isPresent());
    }

    private static boolean meets(String name, String wanted, String value) {
      return name.equals(MEMORY) ? amount(wanted, value) : text(wanted, value);
    }

    /** At a mismatch the last star takes one more character: at most wanted times value steps. */
    private static boolean text(String wanted, String value) {
      String pattern = wanted.toLowerCase(Locale.ROOT);
      String text = value.toLowerCase(Locale.ROOT);
      int star = -1;
      int taken = 0;
      int at = 0;
      int position = 0;
      while (position < text.length()) {
        if (at < pattern.length() && pattern.charAt(at) == '*') {
          star = at++;
          taken = position;
        } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(position)) {
          at++;
          position++;
        } else if (star >= 0) {
          at = star + 1;
          position = ++taken;
        } else {
          return false;
        }
      }
      return pattern.substring(at).chars().allMatch(letter -> letter == '*');
    }

    private static boolean amount(String wanted, String value) {
      Matcher written = AMOUNT.matcher(wanted);
      if (!written.matches() || !value.matches("[0-9]{1,9}")) {
        return false;
      }
      int difference = Integer.compare(Integer.parseInt(value), Integer.parseInt(written.group(2)));
      return switch (written.group(1)) {
        case ">=" -> difference >= 0;
        case "<=" -> difference <= 0;
        case ">" -> difference > 0;
        case "<" -> difference < 0;
        default -> difference == 0;
      };
    }
  }

  /** Whether a device may have the release. */
  public boolean permits(DeviceFacts device) {
    boolean meant = only.isEmpty() || only.stream().anyMatch(one -> one.metBy(device));
    return meant && never.stream().noneMatch(one -> one.metBy(device));
  }

  private static MalformedReleaseException refused(String why) {
    return new MalformedReleaseException("hardware rule", why);
  }
}
