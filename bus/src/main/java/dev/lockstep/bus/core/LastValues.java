package dev.lockstep.bus.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The last message per topic, publisher and key, for those who come later. Bounded in number per
 * publisher, in bytes altogether, and in time; what is oldest goes first. Used by one thread; times
 * are {@link System#nanoTime}.
 *
 * @param <M> a message as its carrier keeps it
 */
public final class LastValues<M> {
  private final int mostPerPublisher;
  private final long mostBytes;
  private final Duration lifetime;
  private final Map<Key, Value<M>> values = new LinkedHashMap<>();
  private final Map<String, Integer> perPublisher = new LinkedHashMap<>();
  private long bytes;

  /**
   * Keeps nothing yet.
   *
   * @param mostPerPublisher values of one publisher; a new one pushes out its own oldest
   * @param mostBytes of all values together
   * @param lifetime of a value that is not renewed
   */
  public LastValues(int mostPerPublisher, long mostBytes, Duration lifetime) {
    this.mostPerPublisher = mostPerPublisher;
    this.mostBytes = mostBytes;
    this.lifetime = lifetime;
  }

  /** Keeps a message in the place of the earlier one. */
  public void put(Key key, M message, int size, long now) {
    remove(key);
    if (size > mostBytes) {
      return;
    }
    if (perPublisher.getOrDefault(key.publisher, 0) >= mostPerPublisher) {
      remove(
          values.keySet().stream()
              .filter(other -> other.publisher.equals(key.publisher))
              .findFirst()
              .orElseThrow());
    }
    values.put(key, new Value<>(message, size, now));
    perPublisher.merge(key.publisher, 1, Integer::sum);
    bytes += size;
    while (bytes > mostBytes) {
      remove(values.keySet().iterator().next());
    }
  }

  /** The values of a topic that are not too old, the oldest first. */
  public List<M> of(String topic, long now) {
    expire(now);
    List<M> found = new ArrayList<>();
    values.forEach(
        (key, value) -> {
          if (key.topic.equals(topic)) {
            found.add(value.message);
          }
        });
    return found;
  }

  /** Forgets the values of publishers that are not to be believed any more. */
  public void forget(Predicate<String> publisher) {
    for (Key key : List.copyOf(values.keySet())) {
      if (publisher.test(key.publisher)) {
        remove(key);
      }
    }
  }

  /** How many values are kept. */
  public int size() {
    return values.size();
  }

  private void expire(long now) {
    Iterator<Map.Entry<Key, Value<M>>> oldest = values.entrySet().iterator();
    List<Key> old = new ArrayList<>();
    while (oldest.hasNext()) {
      Map.Entry<Key, Value<M>> value = oldest.next();
      if (now - value.getValue().since <= lifetime.toNanos()) {
        break;
      }
      old.add(value.getKey());
    }
    old.forEach(this::remove);
  }

  private void remove(Key key) {
    Value<M> removed = values.remove(key);
    if (removed != null) {
      bytes -= removed.size;
      perPublisher.computeIfPresent(key.publisher, (name, count) -> count == 1 ? null : count - 1);
    }
  }

  /**
   * What a later message replaces.
   *
   * @param topic its name
   * @param publisher nobody replaces another's value
   * @param key the publisher's own key
   */
  public record Key(String topic, String publisher, String key) {}

  private record Value<M>(M message, int size, long since) {}
}
