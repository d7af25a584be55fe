package dev.lockstep.frontendagent;

import dev.lockstep.config.ComponentSettings.Role;
import dev.lockstep.frontendagent.domain.ClockOffsets;
import dev.lockstep.frontendagent.domain.Neighbours;
import dev.lockstep.frontendagent.domain.Notice;
import dev.lockstep.frontendagent.domain.NoticeBoard;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.Frontend;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the agent knows of the others. The one door to it; thread-safe. */
final class Surroundings {
  private final Clock clock;
  private final ClockOffsets clocks = new ClockOffsets();
  private final NoticeBoard notices = new NoticeBoard(clocks);
  private final Neighbours neighbours = new Neighbours();

  Surroundings(Clock clock) {
    this.clock = clock;
  }

  synchronized void heard(String source, Instant sentAt) {
    clocks.observe(source, sentAt, clock.instant());
  }

  synchronized void announced(Place place, Role role) {
    neighbours.announced(place, role);
  }

  synchronized boolean noticed(Notice notice) {
    return notices.take(notice, clock.instant());
  }

  synchronized boolean concerns(Place restarting, Place frontend) {
    return neighbours.concerns(restarting, frontend);
  }

  /** What will restart on a device: of others' restarts those speak who plan them. */
  synchronized List<Notice> plannedOn(String device) {
    notices.forgetOver(clock.instant());
    return notices.planned().stream()
        .filter(notice -> notice.place().device().equals(device))
        .toList();
  }

  /** The next restart that concerns a frontend, by the own clock. */
  synchronized Optional<Frontend.ShownNotice> next(Place frontend) {
    notices.forgetOver(clock.instant());
    return notices
        .next(frontend, neighbours)
        .map(
            notice ->
                new Frontend.ShownNotice(
                    notice.id(),
                    notice.place().device(),
                    notice.place().component(),
                    notices.ownTime(notice),
                    notice.expectedDowntime(),
                    notice.postponableUntil().map(until -> clocks.toOwn(notice.source(), until)),
                    notice.reason(),
                    notice.fromVersion(),
                    notice.toVersion()));
  }
}
