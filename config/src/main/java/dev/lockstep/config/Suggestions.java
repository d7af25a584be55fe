package dev.lockstep.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds what somebody meant who wrote an unknown key. */
final class Suggestions {
  private Suggestions() {}

  /** What to do about an unknown key, from the keys that its section has. */
  static String remedy(String name, String prefix, Collection<String> siblings) {
    Optional<String> near =
        siblings.stream()
            .filter(sibling -> distance(name, sibling) <= Math.max(1, name.length() / 3))
            .min(Comparator.comparingInt(sibling -> distance(name, sibling)));
    if (near.isPresent()) {
      return "did you mean " + prefix + near.get() + "?";
    }
    List<String> elsewhere =
        Keys.all().stream().filter(key -> key.name().equals(name)).map(Key::path).toList();
    if (!elsewhere.isEmpty()) {
      return "did you mean " + String.join(" or ", elsewhere) + "?";
    }
    return "write one of " + String.join(", ", siblings);
  }

  /** Levenshtein's: how many letters to insert, remove or replace; '-' and '_' are the same. */
  static int distance(String one, String other) {
    String a = one.replace('-', '_');
    String b = other.replace('-', '_');
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
