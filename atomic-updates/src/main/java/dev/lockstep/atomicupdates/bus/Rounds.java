package dev.lockstep.atomicupdates.bus;

import dev.lockstep.atomicupdates.deployment.Site;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The questions that are open, by correlation id. */
final class Rounds {
  private final Map<String, Round> open = new ConcurrentHashMap<>();

  Round open(String correlationId, Set<Site> asked) {
    Round round = new Round(asked);
    open.put(correlationId, round);
    return round;
  }

  void close(String correlationId) {
    open.remove(correlationId);
  }

  /** Brings an answer to its question; one that came too late is of no use any more. */
  void answered(String correlationId, Round.Answer answer) {
    Round round = open.get(correlationId);
    if (round != null) {
      round.answered(answer);
    }
  }
}
