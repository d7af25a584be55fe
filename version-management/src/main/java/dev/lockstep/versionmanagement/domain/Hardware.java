package dev.lockstep.versionmanagement.domain;

import dev.lockstep.protocol.release.DeviceFacts;
import java.util.List;

/**
 * What is known about who may have which release: this device's own facts, and what the others have
 * refused. What the others are is not known here.
 *
 * @param device id of this device
 * @param facts what this device is
 * @param refusals what the others said
 */
public record Hardware(String device, DeviceFacts facts, List<HardwareRefusal> refusals) {
  /** Nothing is known, so nothing is kept back. */
  public static final Hardware UNKNOWN = new Hardware("", DeviceFacts.UNKNOWN, List.of());

  /** Copies what is mutable. */
  public Hardware {
    refusals = List.copyOf(refusals);
  }

  /** Whether a site may have a release, as far as it is known here. */
  boolean permits(Site site, Release release) {
    boolean ownRefuses =
        site.device().equals(device) && !release.description().hardware().permits(facts);
    return !ownRefuses && refusals.stream().noneMatch(one -> one.concerns(site, release));
  }
}
