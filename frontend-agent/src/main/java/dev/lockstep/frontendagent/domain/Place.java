package dev.lockstep.frontendagent.domain;

/**
 * A component on a device. Both are empty where all are meant.
 *
 * @param device the device's id
 * @param component the component's id
 */
public record Place(String device, String component) {
  private static final int MAX_NAME = 128;

  /** Checks the lengths: names come from the network. */
  public Place {
    if (device.length() > MAX_NAME || component.length() > MAX_NAME) {
      throw new IllegalArgumentException("a device's or component's name is too long");
    }
  }

  /** Whether everything is meant. */
  public boolean isEverywhere() {
    return component.isEmpty();
  }

  @Override
  public String toString() {
    return device + "/" + component;
  }
}
