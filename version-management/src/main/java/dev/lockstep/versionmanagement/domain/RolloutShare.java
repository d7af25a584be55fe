package dev.lockstep.versionmanagement.domain;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Staged rollout on static files: which devices are among the first.
 *
 * <p>The place of a device is the first eight bytes of SHA-256 of {@code device LF component LF
 * version}, as an unsigned number modulo 10,000; it is in the share when that is less than a
 * hundred times the percent. So a larger percent only adds devices, and another release starts with
 * other devices.
 */
final class RolloutShare {
  private static final int PLACES = 10_000;

  private RolloutShare() {}

  /** Whether the device is offered the release. */
  static boolean includes(String device, Release release) {
    int percent = release.description().rolloutPercent();
    return place(device, release.component(), release.version().toString()) < percent * 100L;
  }

  private static long place(String device, String component, String version) {
    byte[] content = String.join("\n", device, component, version).getBytes(StandardCharsets.UTF_8);
    return Long.remainderUnsigned(
        ByteBuffer.wrap(Offer.sha256().digest(content)).getLong(), PLACES);
  }
}
