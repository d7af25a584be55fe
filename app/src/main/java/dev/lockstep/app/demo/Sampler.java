package dev.lockstep.app.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Asks every process of the app, many times a second, which version it runs. What the demo says
 * about order and downtime is told from these answers, not from messages.
 */
final class Sampler implements AutoCloseable {
  private static final long EVERY_MILLIS = 100;
  private final Map<DemoDevice, List<Sample>> samples = new LinkedHashMap<>();
  private final ScheduledExecutorService threads;
  private final HttpQuestion question;

  /**
   * An answer, where it differs from the one before.
   *
   * @param at when
   * @param version what the process said; empty when it did not answer
   */
  record Sample(Instant at, String version) {}

  Sampler(DemoApp app, List<DemoDevice> devices, HttpQuestion question) {
    this.question = question;
    this.threads = Executors.newScheduledThreadPool(devices.size());
    for (DemoDevice device : devices) {
      samples.put(device, new ArrayList<>());
      threads.scheduleWithFixedDelay(
          () -> ask(app, device), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void ask(DemoApp app, DemoDevice device) {
    Instant asked = Instant.now();
    String version = app.runningVersion(device, question);
    synchronized (this) {
      List<Sample> seen = samples.get(device);
      if (seen.isEmpty() || !seen.get(seen.size() - 1).version().equals(version)) {
        seen.add(new Sample(asked, version));
      }
    }
  }

  /** When the device was first seen at that version. */
  synchronized Optional<Instant> firstSeen(DemoDevice device, String version, Instant after) {
    return samples.get(device).stream()
        .filter(sample -> sample.version().equals(version) && !sample.at().isBefore(after))
        .map(Sample::at)
        .findFirst();
  }

  /** When the device was first seen not answering. */
  synchronized Optional<Instant> firstAway(DemoDevice device, Instant after) {
    return firstSeen(device, "", after);
  }

  /** Every change of the device since then, oldest first. */
  synchronized List<Sample> since(DemoDevice device, Instant after) {
    return samples.get(device).stream().filter(sample -> sample.at().isAfter(after)).toList();
  }

  /** What the device said last. */
  synchronized String last(DemoDevice device) {
    List<Sample> seen = samples.get(device);
    return seen.isEmpty() ? "" : seen.get(seen.size() - 1).version();
  }

  /** What the device said at that time. */
  synchronized String at(DemoDevice device, Instant when) {
    String version = "";
    for (Sample sample : samples.get(device)) {
      if (!sample.at().isAfter(when)) {
        version = sample.version();
      }
    }
    return version;
  }

  /** How long the device did not answer, in all, since then. */
  synchronized Duration away(DemoDevice device, Instant after) {
    Duration away = Duration.ZERO;
    List<Sample> seen = samples.get(device);
    for (int i = 0; i < seen.size(); i++) {
      Sample sample = seen.get(i);
      if (sample.version().isEmpty() && !sample.at().isBefore(after)) {
        Instant until = i + 1 < seen.size() ? seen.get(i + 1).at() : Instant.now();
        away = away.plus(Duration.between(sample.at(), until));
      }
    }
    return away;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
