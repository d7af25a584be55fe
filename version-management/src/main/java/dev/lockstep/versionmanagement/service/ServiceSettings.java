package dev.lockstep.versionmanagement.service;

import dev.lockstep.protocol.release.DeviceFacts;
import dev.lockstep.versionmanagement.deployment.DeploymentLimits;
import dev.lockstep.versionmanagement.deployment.Wish;
import dev.lockstep.versionmanagement.domain.PolicySettings;
import dev.lockstep.versionmanagement.domain.PreferredTime;
import java.time.Duration;

/**
 * What the service goes by.
 *
 * @param device id of this device
 * @param facts what this device is; never sent anywhere
 * @param channel which releases are offered
 * @param notifyAvailable tell people once per version
 * @param policy automatic download and install
 * @param preferredTime when automatic installs run
 * @param checkInterval between scheduled checks
 * @param heartbeat how often components announce themselves, and state is reported
 * @param forgetAfter silence after which a component on a device is no longer part of the app
 * @param maxPostpones how often a planned install may be postponed
 * @param maxPostponeTime by how much in total
 * @param limits how long a deployment waits
 */
public record ServiceSettings(
    String device,
    DeviceFacts facts,
    String channel,
    boolean notifyAvailable,
    PolicySettings policy,
    PreferredTime preferredTime,
    Duration checkInterval,
    Duration heartbeat,
    Duration forgetAfter,
    int maxPostpones,
    Duration maxPostponeTime,
    DeploymentLimits limits) {

  /** Until then not everybody may have announced itself yet, so nothing is installed unasked. */
  Duration settling() {
    return heartbeat.multipliedBy(3).dividedBy(2);
  }

  /** Whether a plan may have been postponed that often and by that much. */
  boolean allow(Wish.Postponed postponed) {
    return postponed.times() <= maxPostpones && postponed.total().compareTo(maxPostponeTime) <= 0;
  }

  /** Silence after which a component is away. */
  Duration patience() {
    return heartbeat.multipliedBy(3);
  }
}
