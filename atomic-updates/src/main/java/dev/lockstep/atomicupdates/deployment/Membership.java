package dev.lockstep.atomicupdates.deployment;

import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Remembered;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who belongs to the app, over restarts of the hub: whoever announced itself, until it was silent
 * for too long. Only on the coordinator's thread.
 */
final class Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  /** The last sign of life in the journal may be older by this share of the time to forget. */
  private static final int EXACTNESS = 20;

  private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

  private record Member(Announced announced, Instant seenAt, Instant savedAt) {}

  private final Inventory inventory;
  private final DeploymentJournal journal;
  private final Duration forgetAfter;
  private final Map<Site, Member> members = new HashMap<>();
  private Instant nextLook = Instant.MIN;

  Membership(Inventory inventory, DeploymentJournal journal, Duration forgetAfter) {
    this.inventory = inventory;
    this.journal = journal;
    this.forgetAfter = forgetAfter;
  }

  /** After a start: who was there before counts as there until its silence shows. */
  void recover() {
    for (Remembered known : journal.remembered()) {
      Site site = known.announced().site();
      members.put(site, new Member(known.announced(), known.seenAt(), known.seenAt()));
      inventory.update(known.announced());
    }
  }

  /** Somebody announced itself. */
  void seen(Announced announced, Instant now) {
    Member before = members.get(announced.site());
    boolean told =
        before != null
            && before.announced().equals(announced)
            && now.isBefore(before.savedAt().plus(forgetAfter.dividedBy(EXACTNESS)));
    if (!told) {
      journal.remember(new Remembered(announced, now));
    }
    members.put(announced.site(), new Member(announced, now, told ? before.savedAt() : now));
  }

  /** Forgets who was silent for too long and takes no part in what runs; looks once a minute. */
  void forgetSilent(Optional<Deployment> running, Instant now) {
    if (now.isBefore(nextLook)) {
      return;
    }
    nextLook = now.plus(LOOK_AGAIN);
    List<Site> silent =
        members.values().stream()
            .filter(member -> member.seenAt().plus(forgetAfter).isBefore(now))
            .map(member -> member.announced().site())
            .filter(site -> running.flatMap(deployment -> deployment.step(site)).isEmpty())
            .toList();
    for (Site site : silent) {
      LOG.warn("{} was silent for {}; it is not part of the app any more", site, forgetAfter);
      journal.forget(site);
      members.remove(site);
      inventory.forget(site);
    }
  }
}
