package dev.lockstep.frontendagent.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.ComponentSettings.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("R112")
class NoticeBoardTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final Place BACKEND = new Place("hub", "backend");
  private static final Place KIOSK = new Place("kiosk-1", "kiosk-ui");

  private final ClockOffsets clocks = new ClockOffsets();
  private final NoticeBoard board = new NoticeBoard(clocks);

  private static Notice notice(String id, Place place, int plannedIn, int sentIn) {
    return notice(id, place, plannedIn, sentIn, "", false);
  }

  private static Notice notice(
      String id, Place place, int plannedIn, int sentIn, String supersedes, boolean cancelled) {
    return new Notice(
        id,
        "job",
        place,
        "hub",
        NOW.plusSeconds(plannedIn),
        NOW.plusSeconds(sentIn),
        Duration.ofSeconds(5),
        Optional.empty(),
        supersedes,
        cancelled,
        "update",
        "1.0.0",
        "1.1.0");
  }

  @Test
  void take_laterSendingOfSameNotice_movesIt() {
    assertThat(board.take(notice("n", BACKEND, 60, 0), NOW)).isTrue();
    assertThat(board.take(notice("n", BACKEND, 90, 1), NOW)).isTrue();
    assertThat(board.planned()).containsExactly(notice("n", BACKEND, 90, 1));
  }

  @Test
  void take_earlierOrSameSending_changesNothing() {
    board.take(notice("n", BACKEND, 90, 1), NOW);
    assertThat(board.take(notice("n", BACKEND, 60, 0), NOW)).isFalse();
    assertThat(board.take(notice("n", BACKEND, 90, 1), NOW)).isFalse();
    assertThat(board.planned()).containsExactly(notice("n", BACKEND, 90, 1));
  }

  @Test
  void take_cancelled_removesItForGood() {
    board.take(notice("n", BACKEND, 60, 0), NOW);
    assertThat(board.take(notice("n", BACKEND, 60, 2, "", true), NOW)).isTrue();
    assertThat(board.planned()).isEmpty();
    assertThat(board.take(notice("n", BACKEND, 60, 1), NOW)).as("a late copy").isFalse();
    assertThat(board.planned()).isEmpty();
  }

  @Test
  void take_superseding_replacesTheOther() {
    board.take(notice("old", KIOSK, 60, 0), NOW);
    board.take(notice("new", new Place("", ""), 120, 1, "old", false), NOW);
    assertThat(board.planned()).extracting(Notice::id).containsExactly("new");
  }

  @Test
  void take_otherNoticeForSamePlace_replacesTheOther() {
    board.take(notice("old", BACKEND, 60, 0), NOW);
    board.take(notice("new", BACKEND, 120, 1), NOW);
    assertThat(board.planned()).extracting(Notice::id).containsExactly("new");
  }

  @Test
  void take_longOver_isNotPlanned() {
    assertThat(board.take(notice("n", BACKEND, -600, -700), NOW)).isFalse();
    assertThat(board.planned()).isEmpty();
  }

  @Test
  void forgetOver_afterItsTime_isGone() {
    board.take(notice("n", BACKEND, 60, 0), NOW);
    assertThat(board.forgetOver(NOW.plusSeconds(60))).isFalse();
    assertThat(board.forgetOver(NOW.plusSeconds(600))).isTrue();
    assertThat(board.planned()).isEmpty();
  }

  @Test
  void take_manyNotices_areBounded() {
    for (int i = 0; i < 1_000; i++) {
      board.take(notice("n" + i, new Place("d" + i, "c"), 60, i), NOW);
    }
    assertThat(board.planned()).hasSizeLessThanOrEqualTo(200);
  }

  @Test
  void ownTime_senderClockAhead_isCorrected() {
    clocks.observe("hub", NOW.plusSeconds(3600), NOW);
    assertThat(board.ownTime(notice("n", BACKEND, 3660, 3600))).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  void ownTime_messageWaitedAtTheBroker_isCorrectedByTheNextFreshOne() {
    clocks.observe("hub", NOW.minusSeconds(60), NOW);
    Notice waited = notice("n", BACKEND, 30, -60);
    assertThat(board.ownTime(waited)).isEqualTo(NOW.plusSeconds(90));
    clocks.observe("hub", NOW.plusSeconds(1), NOW.plusSeconds(1));
    assertThat(board.ownTime(waited)).isEqualTo(NOW.plusSeconds(30));
  }

  @Test
  void ownTime_clockWasSetBack_isNoticedAfterTwoWindows() {
    clocks.observe("hub", NOW.plusSeconds(3600), NOW);
    for (int minutes = 1; minutes < 15; minutes++) {
      Instant then = NOW.plus(Duration.ofMinutes(minutes));
      clocks.observe("hub", then, then);
    }
    assertThat(clocks.toOwn("hub", NOW)).isEqualTo(NOW);
  }

  @Test
  @Tag("R112")
  void take_senderClockWasOffByYearsAndIsSetRight_theNewPlanCountsAtOnce() {
    int years = 10 * 365 * 24 * 3600;
    clocks.observe("hub", NOW.plusSeconds(years), NOW);
    board.take(notice("n", BACKEND, years + 60, years), NOW);
    assertThat(board.ownTime(board.planned().get(0))).isEqualTo(NOW.plusSeconds(60));

    clocks.observe("hub", NOW.plusSeconds(2), NOW.plusSeconds(2));
    assertThat(board.take(notice("n", BACKEND, 600, 2), NOW.plusSeconds(2))).isTrue();

    assertThat(board.planned()).containsExactly(notice("n", BACKEND, 600, 2));
    assertThat(board.ownTime(board.planned().get(0))).isEqualTo(NOW.plusSeconds(600));
    assertThat(board.take(notice("n", BACKEND, 300, 1), NOW.plusSeconds(3))).as("older").isFalse();
  }

  @Test
  void next_ofAnotherFrontend_isNotShown() {
    Neighbours neighbours = new Neighbours();
    neighbours.announced(BACKEND, Role.BACKEND);
    neighbours.announced(KIOSK, Role.FRONTEND);
    Place other = new Place("kiosk-2", "kiosk-ui");
    board.take(notice("n", KIOSK, 60, 0), NOW);
    assertThat(board.next(other, neighbours)).isEmpty();
    assertThat(board.next(KIOSK, neighbours)).isPresent();
    board.take(notice("b", BACKEND, 30, 0), NOW);
    assertThat(board.next(other, neighbours)).map(Notice::id).contains("b");
    assertThat(board.next(KIOSK, neighbours)).map(Notice::id).contains("b");
  }

  @Test
  void concerns_neverAnnounced_sameComponentElsewhereDoesNot() {
    Neighbours neighbours = new Neighbours();
    assertThat(neighbours.concerns(new Place("kiosk-2", "kiosk-ui"), KIOSK)).isFalse();
    assertThat(neighbours.concerns(BACKEND, KIOSK)).isTrue();
    assertThat(neighbours.concerns(new Place("", ""), KIOSK)).isTrue();
  }
}
