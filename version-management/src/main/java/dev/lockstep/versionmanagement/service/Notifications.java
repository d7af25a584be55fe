package dev.lockstep.versionmanagement.service;

import dev.lockstep.versionmanagement.VersionManagementException;
import dev.lockstep.versionmanagement.domain.CurrentOffer;
import dev.lockstep.versionmanagement.domain.Notified;
import dev.lockstep.versionmanagement.port.Journal;
import dev.lockstep.versionmanagement.port.Outbox;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what is offered, and once per version that people are to be told (R132). That they were told
 * is in the journal before it is said: after a crash in between they are not told, rather than
 * twice.
 */
final class Notifications {
  private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
  private static final int MAX_REMEMBERED = 500;

  private final boolean wanted;
  private final Journal journal;
  private final Outbox outbox;
  private List<Notified> told;

  /**
   * Knows what was told before.
   *
   * @param wanted the setting {@code update.notify_available}
   */
  Notifications(boolean wanted, Journal journal, Outbox outbox, List<Notified> told) {
    this.wanted = wanted;
    this.journal = journal;
    this.outbox = outbox;
    this.told = List.copyOf(told);
  }

  /** Says what is offered, without telling people. */
  void say(CurrentOffer current) {
    outbox.available(current, false);
  }

  /** Tells people, if there is a version in it that they were never told about. */
  void tell(CurrentOffer current) {
    if (wanted && isNews(current) && remember(current)) {
      outbox.available(current, true);
      // What is kept for those who come late must not tell people once more.
      outbox.available(current, false);
    }
  }

  private boolean isNews(CurrentOffer current) {
    return !told.containsAll(versions(current));
  }

  private boolean remember(CurrentOffer current) {
    List<Notified> next = new ArrayList<>(told);
    List<Notified> versions = versions(current);
    next.removeAll(versions);
    next.addAll(versions);
    List<Notified> bounded =
        List.copyOf(next.subList(Math.max(0, next.size() - MAX_REMEMBERED), next.size()));
    try {
      journal.saveNotified(bounded);
    } catch (VersionManagementException.State unwritable) {
      LOG.error("{}: {}", unwritable.code(), unwritable.getMessage(), unwritable);
      return false;
    }
    told = bounded;
    return true;
  }

  private static List<Notified> versions(CurrentOffer current) {
    Stream<Notified> offered =
        current.offer().versions().entrySet().stream()
            .map(entry -> new Notified(entry.getKey(), entry.getValue()));
    Stream<Notified> inStore =
        current.inStore().stream()
            .map(one -> new Notified(one.component(), one.release().version()));
    return Stream.concat(offered, inStore).distinct().toList();
  }
}
