package dev.lockstep.protocol;

/** What a key on the bus is allowed to be; each topic lists the roles that may publish to it. */
public enum Role {
  /** The hub's own process: version-management and the coordinating atomic-updates. */
  HUB,
  /** A device's Lockstep process: frontend-agent and atomic-updates. */
  DEVICE,
  /** A component of the app that takes part: answers prepare and drain. */
  COMPONENT,
  /** A person's tool: command line, page. */
  OPERATOR,
  /** Listens only; may ask for state. */
  OBSERVER
}
