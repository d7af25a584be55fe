package dev.lockstep.frontendagent.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The restarts that are planned: the newest notice per id; one that supersedes another, or is for
 * the same place, replaces it; a cancelled one removes it. Not thread-safe.
 */
public final class NoticeBoard {
  private static final int MOST = 200;
  private static final Duration REMEMBERED_AFTER = Duration.ofMinutes(2);
  private static final Duration CLOCK_DIFFERENCE = Duration.ofMinutes(1);

  private final ClockOffsets clocks;
  private final Map<String, Notice> planned = new LinkedHashMap<>();

  /** The newest sending per id, so that a late or retained message changes nothing. */
  private final Map<String, Instant> newest =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Instant> eldest) {
          return size() > MOST * 2;
        }
      };

  /** Uses what is known of other clocks. */
  public NoticeBoard(ClockOffsets clocks) {
    this.clocks = clocks;
  }

  /**
   * Takes a notice.
   *
   * @return whether anything changed
   */
  public boolean take(Notice notice, Instant now) {
    Instant known = newest.get(notice.id());
    // What was sent in the future was sent before the sender's clock was set back.
    boolean believed =
        known != null && !clocks.toOwn(notice.source(), known).isAfter(now.plus(CLOCK_DIFFERENCE));
    if (believed && !notice.sentAt().isAfter(known)) {
      return false;
    }
    newest.put(notice.id(), notice.sentAt());
    boolean changed =
        planned.values().removeIf(other -> replaces(notice, other) && !other.equals(notice));
    if (notice.cancelled() || isOver(notice, now)) {
      return changed;
    }
    if (planned.size() < MOST) {
      planned.put(notice.id(), notice);
    }
    return true;
  }

  private static boolean replaces(Notice notice, Notice other) {
    return other.id().equals(notice.id())
        || other.id().equals(notice.supersedes())
        || (other.place().equals(notice.place()) && !other.sentAt().isAfter(notice.sentAt()));
  }

  /** Forgets what is over; true if there was any. */
  public boolean forgetOver(Instant now) {
    return planned.values().removeIf(notice -> isOver(notice, now));
  }

  private boolean isOver(Notice notice, Instant now) {
    Instant end = ownTime(notice).plus(notice.expectedDowntime()).plus(REMEMBERED_AFTER);
    return now.isAfter(end);
  }

  /** When it happens, by the own clock. */
  public Instant ownTime(Notice notice) {
    return clocks.toOwn(notice.source(), notice.plannedAt());
  }

  /** What is planned, the next one first. */
  public List<Notice> planned() {
    List<Notice> all = new ArrayList<>(planned.values());
    all.sort(Comparator.comparing(this::ownTime));
    return all;
  }

  /** The next restart that concerns a frontend. */
  public Optional<Notice> next(Place frontend, Neighbours neighbours) {
    return planned().stream()
        .filter(notice -> neighbours.concerns(notice.place(), frontend))
        .findFirst();
  }
}
