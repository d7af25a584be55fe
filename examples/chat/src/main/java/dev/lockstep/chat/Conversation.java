package dev.lockstep.chat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What was said, in order, in memory only; the last lines where there are many. Thread-safe. */
final class Conversation {
  private static final int MOST_LINES = 400;
  private static final int MOST_CHARACTERS = 100;

  private final List<String> lines = new ArrayList<>();
  private long said;
  private boolean paused;

  /** Adds a line, unless the conversation is paused. */
  synchronized boolean say(String line) {
    if (paused) {
      return false;
    }
    said++;
    lines.add(line.substring(0, Math.min(line.length(), MOST_CHARACTERS)).replace('\n', ' '));
    forgetOld();
    return true;
  }

  /** How many lines were ever said. */
  synchronized long said() {
    return said;
  }

  synchronized boolean isPaused() {
    return paused;
  }

  synchronized String text() {
    return String.join("\n", lines);
  }

  /** Nobody says anything until {@link #goOn}; returns all that the next process needs. */
  synchronized byte[] pause() {
    paused = true;
    return (said + "\n" + text()).getBytes(StandardCharsets.UTF_8);
  }

  /** Goes on after what was said before; what this process heard meanwhile follows it. */
  synchronized void goOn(byte[] state) {
    String[] before = new String(state, StandardCharsets.UTF_8).split("\n");
    long saidBefore = Long.parseLong(before[0]);
    if (!paused) {
      // A new process: its own first lines come after what the old one drained with.
      lines.addAll(0, List.of(before).subList(1, before.length));
      said += saidBefore;
      forgetOld();
    }
    paused = false;
  }

  private void forgetOld() {
    while (lines.size() > MOST_LINES) {
      lines.remove(0);
    }
  }
}
