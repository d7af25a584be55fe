package dev.lockstep.atomicupdates.engine;

import dev.lockstep.atomicupdates.journal.DeferralJournal;
import dev.lockstep.atomicupdates.journal.DeferralJournal.Deferred;
import dev.lockstep.atomicupdates.port.Participants.Inhibited;
import dev.lockstep.config.DeploymentSettings;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long components may put an update off: a number of times and a total time, both shorter for a
 * critical release, counted over jobs and restarts. While a "not now" still stands, asking again
 * counts nothing.
 */
final class Deferrals {
  private static final Logger LOG = LoggerFactory.getLogger(Deferrals.class);

  private final DeferralJournal journal;
  private final DeploymentSettings settings;
  private final Clock clock;

  Deferrals(DeferralJournal journal, DeploymentSettings settings, Clock clock) {
    this.journal = journal;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * Whether a component's "not now" is heard.
   *
   * @return with its end within what is allowed; empty where the update was put off for long enough
   */
  Optional<Inhibited> hear(
      String component, ReleaseVersion to, boolean critical, Inhibited inhibited) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    int most = critical ? settings.criticalMaxDeferrals() : settings.maxDeferrals();
    Duration longest = critical ? settings.criticalMaxDeferralTime() : settings.maxDeferralTime();
    Deferred before = journal.find(component, to).orElse(new Deferred(0, now, now));
    Instant last = before.first().plus(longest);
    boolean stands = before.count() > 0 && now.isBefore(before.until());
    int count = stands ? before.count() : before.count() + 1;
    if (count > most || !now.isBefore(last)) {
      LOG.warn(
          "{} {} is installed though {} asks to wait ({}): it was put off {} times since {}",
          component,
          to,
          inhibited.owner(),
          inhibited.reason(),
          before.count(),
          before.first());
      return Optional.empty();
    }
    Instant until = inhibited.until().isAfter(last) ? last : inhibited.until();
    journal.save(component, to, new Deferred(count, before.first(), until));
    return Optional.of(new Inhibited(inhibited.owner(), inhibited.reason(), until));
  }

  /** The update goes on. */
  void over(String component, ReleaseVersion to) {
    if (journal.find(component, to).isPresent()) {
      journal.clear(component);
    }
  }
}
