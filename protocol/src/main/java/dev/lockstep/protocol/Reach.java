package dev.lockstep.protocol;

/**
 * Which of a topic's messages a key gets that may read the topic. The hub and operators get all of
 * them. What a bound key says concerns its own device; what the hub says concerns the device that
 * it names. A device serves others if it is the hub's, or has announced a backend.
 */
public enum Reach {
  /** Everybody gets all of them. */
  EVERYBODY,
  /**
   * Devices and components get what concerns their own device, one that serves others, or none in
   * particular; those of a device that serves others get all, and so do observers. A thousand
   * frontends need not hear of each other.
   */
  NEIGHBOURS,
  /** Devices and components get what concerns their own device; others get all of them. */
  OWN_DEVICE,
  /**
   * Notices for the people at one device: devices and components get them as with {@link
   * #NEIGHBOURS}, but a component of whatever device gets no other device's; observers, which have
   * no device, get those that concern the hub or none in particular.
   */
  NOTICES
}
