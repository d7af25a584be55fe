package dev.lockstep.atomicupdates.deployment;

import java.util.Comparator;

/**
 * A component on a device: what one step of a deployment changes.
 *
 * @param device the device's id
 * @param component the component's id
 */
public record Site(String device, String component) implements Comparable<Site> {
  private static final Comparator<Site> ORDER =
      Comparator.comparing(Site::component).thenComparing(Site::device);

  @Override
  public int compareTo(Site other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return component + " on " + device;
  }
}
