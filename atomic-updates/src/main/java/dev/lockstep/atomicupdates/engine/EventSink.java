package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Install;

/** Takes what happened to an install; any thread, returns at once. */
@FunctionalInterface
interface EventSink {
  /** It happened. */
  void happened(Install.Key key, Event event);
}
