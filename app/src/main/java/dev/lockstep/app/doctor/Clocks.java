package dev.lockstep.app.doctor;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** By how much other clocks differ from this machine's, as their messages showed it. */
final class Clocks {
  private final Map<String, Optional<Duration>> ahead = new LinkedHashMap<>();

  /**
   * A message of another machine.
   *
   * @param whose which clock
   * @param itsTime when it says that it sent the message
   * @param asked when it was asked, by this machine's clock
   * @param answered when the answer was here
   */
  synchronized void heard(String whose, Instant itsTime, Instant asked, Instant answered) {
    Duration difference = Duration.ZERO;
    if (itsTime.isAfter(answered)) {
      difference = Duration.between(answered, itsTime);
    } else if (itsTime.isBefore(asked)) {
      difference = Duration.between(asked, itsTime);
    }
    ahead.put(whose, Optional.of(difference));
  }

  /** It was asked and did not tell. */
  synchronized void silent(String whose) {
    ahead.putIfAbsent(whose, Optional.empty());
  }

  /** How far each is ahead of this machine's, negative where it is behind; empty if not told. */
  synchronized Map<String, Optional<Duration>> ahead() {
    return new LinkedHashMap<>(ahead);
  }
}
