package dev.lockstep.protocol;

/**
 * Which of a topic's messages a key gets that may read the topic. The hub and operators get all of
 * them. What concerns the hub's device, or none in particular, concerns everybody.
 */
public enum Reach {
  /** Everybody gets all of them. */
  EVERYBODY,
  /** Devices and components get what concerns their own device; others get all of them. */
  OWN_DEVICE,
  /**
   * Notices for the people at one device: components get those that concern their own device;
   * observers, which have none, get those that concern everybody.
   */
  NOTICES
}
