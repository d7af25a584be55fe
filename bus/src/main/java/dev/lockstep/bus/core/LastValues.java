package dev.lockstep.bus.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** Keys by topic and the device that they are about; who comes back asks for a few of many. */
  private final Map<String, Map<String, Set<Key>>> shelves = new HashMap<>();

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

  /**
   * Keeps a message in the place of the earlier one.
   *
   * @param about the device that it concerns; empty for none in particular
   */
  public void put(Key key, String about, M message, int size, long now) {
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
    values.put(key, new Value<>(about, message, size, now));
    shelves
        .computeIfAbsent(key.topic, topic -> new LinkedHashMap<>())
        .computeIfAbsent(about, device -> new LinkedHashSet<>())
        .add(key);
    perPublisher.merge(key.publisher, 1, Integer::sum);
    bytes += size;
    while (bytes > mostBytes) {
      remove(values.keySet().iterator().next());
    }
  }

  /** The values of a topic that are not too old; of one device the oldest first. */
  public List<M> of(String topic, long now) {
    return of(topic, List.copyOf(shelves.getOrDefault(topic, Map.of()).keySet()), now);
  }

  /** Those of them that are about one of some devices. */
  public List<M> of(String topic, Collection<String> about, long now) {
    expire(now);
    Map<String, Set<Key>> byDevice = shelves.getOrDefault(topic, Map.of());
    List<M> found = new ArrayList<>();
    for (String device : about) {
      for (Key key : byDevice.getOrDefault(device, Set.of())) {
        found.add(values.get(key).message);
      }
    }
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
      shelves.computeIfPresent(key.topic, (topic, shelf) -> without(shelf, removed.about, key));
    }
  }

  private static Map<String, Set<Key>> without(Map<String, Set<Key>> shelf, String about, Key key) {
    Set<Key> keys = shelf.get(about);
    keys.remove(key);
    if (keys.isEmpty()) {
      shelf.remove(about);
    }
    return shelf.isEmpty() ? null : shelf;
  }

  /**
   * What a later message replaces.
   *
   * @param topic its name
   * @param publisher nobody replaces another's value
   * @param key the publisher's own key
   */
  public record Key(String topic, String publisher, String key) {}

  private record Value<M>(String about, M message, int size, long since) {}
}
