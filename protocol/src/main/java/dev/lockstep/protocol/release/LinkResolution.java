package dev.lockstep.protocol.release;

import dev.lockstep.protocol.release.Manifest.Entry;
import dev.lockstep.protocol.release.Manifest.Type;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;

/**
 * Follows the links of a tree as the operating system does. {@code x/up -> ..} and {@code x/out ->
 * up/..} each look harmless as they are written; together they leave the tree.
 */
final class LinkResolution {
  /** As many as Linux follows before it gives up. */
  private static final int MAX_HOPS = 40;

  private LinkResolution() {}

  /**
   * Refuses a tree of which one link leaves it, or goes round in circles.
   *
   * @param tree all entries by path
   */
  static void requireInside(Map<String, Entry> tree) {
    for (Entry entry : tree.values()) {
      if (entry.type() == Type.LINK) {
        follow(tree, entry);
      }
    }
  }

  private static void follow(Map<String, Entry> tree, Entry link) {
    // Where we are, from the root of the tree; and the segments that are still to be walked.
    Deque<String> place = new ArrayDeque<>();
    Deque<String> ahead = new ArrayDeque<>(Arrays.asList(link.path().split("/")));
    int hops = 0;
    while (!ahead.isEmpty()) {
      String segment = ahead.removeFirst();
      if (segment.equals("..")) {
        if (place.pollLast() == null) {
          throw refused(link, "leaves the tree through another link");
        }
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        place.addLast(segment);
        Entry here = tree.get(String.join("/", place));
        if (here != null && here.type() == Type.LINK) {
          if (++hops > MAX_HOPS) {
            throw refused(link, "goes round in circles");
          }
          place.removeLast();
          String[] target = here.linkTarget().split("/");
          for (int i = target.length - 1; i >= 0; i--) {
            ahead.addFirst(target[i]);
          }
        }
      }
    }
  }

  private static MalformedReleaseException refused(Entry link, String why) {
    return new MalformedReleaseException("manifest", "link \"" + link.path() + "\" " + why);
  }
}
