package dev.lockstep.versionmanagement.port;

import dev.lockstep.versionmanagement.domain.PolicySettings;
import dev.lockstep.versionmanagement.domain.Problem;
import java.time.LocalTime;
import java.util.Optional;

/**
 * The policy as it is now.
 *
 * @param rules what people decided
 * @param settings the configuration
 * @param preferredTime when automatic installs run
 * @param channel which releases are offered
 * @param problem present where a request was refused
 */
public record PolicyView(
    Journal.Rules rules,
    PolicySettings settings,
    LocalTime preferredTime,
    String channel,
    Optional<Problem> problem) {
  /** The same as the answer to a request that was refused. */
  public PolicyView refusing(Problem why) {
    return new PolicyView(rules, settings, preferredTime, channel, Optional.of(why));
  }
}
