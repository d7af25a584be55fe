package dev.lockstep.frontendagent.port;

import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.frontendagent.domain.Announcement;
import dev.lockstep.frontendagent.domain.Drained;
import dev.lockstep.frontendagent.domain.Notice;
import dev.lockstep.frontendagent.domain.Place;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the agent hears from the bus. Called on the bus's thread; must not block. */
public interface AgentEvents {

  /** An install wants to start. */
  void prepareAsked(Frontend.Request request, PrepareAnswer answer);

  /** Something will restart. */
  void drainAsked(Frontend.Request request, DrainAnswer answer);

  /** A component is there. */
  void announced(Place place, Role role);

  /** A restart is planned, was moved, or is cancelled. */
  void noticed(Notice notice);

  /** What people of this device should get from a store now, and nothing else. */
  void inStore(List<Frontend.StoreNotice> notices);

  /** An install has come to a step. */
  void stepped(String jobId, Place place, Drained.Step step);

  /** An install has ended, in whatever way. */
  void ended(String jobId, Place place);

  /** The slots of a component may have changed. */
  void slotsChanged(Place place);

  /** Somebody wants to know how things stand. */
  void stateAsked(StateAnswer answer);

  /** Whoever starts a component of that place says what is wrong with it; empty for nothing. */
  void told(Place place, String problem);

  /** Whoever plans for all devices has told how things stand. */
  void reported();

  /** Any message, with the sender's clock. */
  void heard(String source, Instant sentAt);

  /** Answers prepare; called once per frontend, on any thread. */
  @FunctionalInterface
  interface PrepareAnswer {
    /** Ready where there is no inhibition. */
    void give(String component, Optional<Frontend.Inhibition> inhibition);
  }

  /** Answers drain; called once per frontend, on any thread. */
  interface DrainAnswer {
    /** It has let go. */
    void drained(String component, byte[] state);

    /** It has not. */
    void failed(String component, String why);
  }

  /** Answers a request for a report; called on any thread. */
  @FunctionalInterface
  interface StateAnswer {
    /** The report. */
    void give(List<Announcement> components, List<Notice> notices);
  }
}
