package dev.lockstep.bus.core;

import dev.lockstep.bus.BusStatistics;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a bus does; any thread may count. */
final class Counters {
  final LongAdder sent = new LongAdder();
  final LongAdder received = new LongAdder();
  final LongAdder repeated = new LongAdder();
  final LongAdder malformed = new LongAdder();
  final LongAdder overflowed = new LongAdder();
  final LongAdder failedHandlers = new LongAdder();

  BusStatistics snapshot() {
    return new BusStatistics(
        sent.sum(),
        received.sum(),
        repeated.sum(),
        malformed.sum(),
        overflowed.sum(),
        failedHandlers.sum());
  }
}
