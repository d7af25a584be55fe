package dev.lockstep.versionmanagement.domain;

import java.util.Comparator;
import java.util.Objects;

/**
 * One component on one device.
 *
 * @param device id of the device
 * @param component id of the component
 */
public record Site(String device, String component) implements Comparable<Site> {
  private static final Comparator<Site> ORDER =
      Comparator.comparing(Site::component).thenComparing(Site::device);

  /** Checks that both are there. */
  public Site {
    Objects.requireNonNull(device);
    Objects.requireNonNull(component);
  }

  @Override
  public int compareTo(Site other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return component + " on " + device;
  }
}
