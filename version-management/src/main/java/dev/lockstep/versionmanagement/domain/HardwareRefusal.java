package dev.lockstep.versionmanagement.domain;

/**
 * A device's word that its hardware is not among those that a release is for. Why, only the device
 * knows.
 *
 * @param site which component on which device
 * @param manifestTarget of the release
 * @param manifestHash of the release
 */
public record HardwareRefusal(Site site, String manifestTarget, String manifestHash) {
  /** Whether it is about that release there. */
  boolean concerns(Site other, Release release) {
    return site.equals(other)
        && manifestTarget.equals(release.manifestTarget())
        && manifestHash.equals(release.manifestHash());
  }
}
