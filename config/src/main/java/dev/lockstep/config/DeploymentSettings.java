package dev.lockstep.config;

import java.time.Duration;

/**
 * The order over devices, and who may delay it. Keys under {@code deployment.}
 *
 * @param maxParallel how many frontends are installed at the same time (10)
 * @param canary how many of each frontend component have to be committed before its others begin
 *     (1); 0 for none
 * @param frontendFailure what follows where a frontend cannot be brought to its new version (keep)
 * @param offlineWait how long a frontend that is away, and whose version would not fit, is waited
 *     for before people are asked (15 min)
 * @param answerDeadline how long people may take to answer; then nothing goes on (24 h)
 * @param forgetAfter silence after which a component on a device is no longer part of the app (30
 *     d)
 * @param maxDeferrals how often components may put one update off (5)
 * @param maxDeferralTime from the first "not now" until an update is put off no longer (24 h)
 * @param criticalMaxDeferrals the same for a critical release (1)
 * @param criticalMaxDeferralTime the same for a critical release (1 h)
 */
public record DeploymentSettings(
    int maxParallel,
    int canary,
    FrontendFailure frontendFailure,
    Duration offlineWait,
    Duration answerDeadline,
    Duration forgetAfter,
    int maxDeferrals,
    Duration maxDeferralTime,
    int criticalMaxDeferrals,
    Duration criticalMaxDeferralTime) {

  /** What follows where a frontend cannot be brought to its new version. */
  public enum FrontendFailure {
    /** It stays at its old version where that fits the new backend, else everything goes back. */
    KEEP,
    /** Everything goes back. */
    REVERT
  }
}
