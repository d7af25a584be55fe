package dev.lockstep.bus.core;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers that were given, by the message id of their request, so that a request that is sent again
 * gets the very same ones. Bounded in number, bytes and time. Any thread may use it.
 */
final class AnswerCache {
  private final BusLimits limits;
  private final Clock clock;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private long bytes;

  AnswerCache(BusLimits limits, Clock clock) {
    this.limits = limits;
    this.clock = clock;
  }

  synchronized void add(String requestId, Answer answer) {
    Instant now = clock.instant();
    Entry entry =
        entries.computeIfAbsent(requestId, id -> new Entry(now.plus(limits.answerLifetime())));
    entry.answers.add(answer);
    bytes += answer.envelope.length;
    evict(now);
  }

  /** All answers to a request, oldest first; empty if there are none any more. */
  synchronized List<Answer> find(String requestId) {
    evict(clock.instant());
    Entry entry = entries.get(requestId);
    return entry == null ? List.of() : List.copyOf(entry.answers);
  }

  private void evict(Instant now) {
    Iterator<Entry> oldest = entries.values().iterator();
    while (oldest.hasNext()) {
      Entry entry = oldest.next();
      boolean tooMuch =
          entries.size() > limits.rememberedAnswers() || bytes > limits.rememberedAnswerBytes();
      if (!tooMuch && now.isBefore(entry.expires)) {
        return;
      }
      entry.answers.forEach(answer -> bytes -= answer.envelope.length);
      oldest.remove();
    }
  }

  /** Frames as they were sent. */
  record Answer(byte[] topic, byte[] envelope) {}

  private static final class Entry {
    private final Instant expires;
    private final List<Answer> answers = new ArrayList<>(1);

    private Entry(Instant expires) {
      this.expires = expires;
    }
  }
}
