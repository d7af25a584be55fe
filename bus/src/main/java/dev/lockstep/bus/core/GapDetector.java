package dev.lockstep.bus.core;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finds out from publishers' numbers how many messages never arrived. Used by one thread.
 *
 * <p>A number that is not higher than the last one is either a message sent again (it keeps its
 * first time) or the publisher has started anew (its time is later).
 */
final class GapDetector {
  private static final int MAX_PUBLISHERS = 4_096;

  private final Map<Key, Last> lasts =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Last> eldest) {
          return size() > MAX_PUBLISHERS;
        }
      };

  /** How many messages are missing before this one. */
  long observe(String source, String topic, String sequence, Instant sentAt) {
    long number = parse(sequence);
    if (number < 1) {
      return 0;
    }
    Key key = new Key(source, topic);
    Last last = lasts.get(key);
    if (last == null) {
      lasts.put(key, new Last(number, sentAt));
      return 0;
    }
    if (number > last.number) {
      lasts.put(key, new Last(number, sentAt));
      return number - last.number - 1;
    }
    if (sentAt.isAfter(last.sentAt)) {
      lasts.put(key, new Last(number, sentAt));
      return number - 1;
    }
    return 0;
  }

  /** Messages of this topic were not followed for a while: the next number is a new beginning. */
  void forget(String topic) {
    lasts.keySet().removeIf(key -> key.topic.equals(topic));
  }

  /** 0 for what is no number: a peer need not number its messages. */
  private static long parse(String sequence) {
    if (sequence == null || sequence.isEmpty()) {
      return 0;
    }
    try {
      return Long.parseLong(sequence);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private record Key(String source, String topic) {}

  private record Last(long number, Instant sentAt) {}
}
