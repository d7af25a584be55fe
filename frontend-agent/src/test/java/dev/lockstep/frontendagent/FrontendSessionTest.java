package dev.lockstep.frontendagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.frontendagent.adapter.file.DrainedFiles;
import dev.lockstep.frontendagent.domain.Place;
import dev.lockstep.frontendagent.port.Frontend.ShownNotice;
import dev.lockstep.frontendagent.port.Frontend.StoreNotice;
import dev.lockstep.frontendagent.port.NoticeHook;
import dev.lockstep.testkit.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a frontend, and a command beside it, are told what. */
class FrontendSessionTest {
  private static final Place KIOSK = new Place("kiosk-1", "kiosk-ui");
  private static final StoreNotice IN_STORE =
      new StoreNotice("kiosk-ui", "1.0.0", "2.0.0", "1.8.0", "https://store.example/app", true);

  @TempDir Path folder;
  private final ManualClock clock = ManualClock.at("2026-06-01T12:00:00Z");
  private final AgentBench.FakeFrontend frontend = new AgentBench.FakeFrontend();
  private final RecordingHook hook = new RecordingHook();
  private final List<Duration> wishes = new CopyOnWriteArrayList<>();
  private FrontendSession session;

  /** Remembers what it is to show. */
  private static final class RecordingHook implements NoticeHook {
    private final List<Optional<ShownNotice>> notices = new CopyOnWriteArrayList<>();
    private final List<Optional<StoreNotice>> stores = new CopyOnWriteArrayList<>();
    private volatile Consumer<Duration> postpone;

    @Override
    public void show(Place of, Optional<ShownNotice> notice, Consumer<Duration> asked) {
      notices.add(notice);
      postpone = asked;
    }

    @Override
    public void showStore(Place of, Optional<StoreNotice> notice) {
      stores.add(notice);
    }
  }

  @BeforeEach
  void open() {
    session =
        new FrontendSession(
            KIOSK,
            frontend,
            new DrainedFiles(folder),
            clock,
            Duration.ofHours(1),
            hook,
            (place, notice, by) -> wishes.add(by));
  }

  @AfterEach
  void close() {
    session.close();
  }

  private Optional<ShownNotice> restartAt(Instant time) {
    return Optional.of(
        new ShownNotice(
            "plan-1", "", "", time, Duration.ofSeconds(5), Optional.of(time), "update", "", ""));
  }

  /** What the heartbeat does: shows what is planned. */
  private void beat(Optional<ShownNotice> notice) {
    session.show(notice, false);
    settle();
  }

  /** The session's thread has done all that it was given. */
  private void settle() {
    CountDownLatch done = new CountDownLatch(1);
    session.prepare(
        new dev.lockstep.frontendagent.port.Frontend.Request(
            "job", "hub", "backend", "", false, Duration.ofSeconds(1)),
        (component, inhibition) -> done.countDown());
    await().until(() -> done.getCount() == 0);
  }

  @Test
  @Tag("R112")
  void show_restartPlanned_remindsTenMinutesAndOneMinuteBeforeAndNotMore() {
    Optional<ShownNotice> planned = restartAt(clock.instant().plus(Duration.ofMinutes(30)));
    beat(planned);
    beat(planned);
    assertThat(frontend.notices).as("news once").hasSize(1);

    clock.advance(Duration.ofMinutes(19));
    beat(planned);
    assertThat(frontend.notices).hasSize(1);
    clock.advance(Duration.ofMinutes(1));
    beat(planned);
    beat(planned);
    assertThat(frontend.notices).as("ten minutes before").hasSize(2);

    clock.advance(Duration.ofMinutes(9));
    beat(planned);
    clock.advance(Duration.ofSeconds(30));
    beat(planned);
    assertThat(frontend.notices).as("one minute before").hasSize(3);
    assertThat(hook.notices).as("the command too").isEqualTo(frontend.notices);
  }

  @Test
  @Tag("R112")
  void show_restartMovedAfterAReminder_tellsAndRemindsAgain() {
    beat(restartAt(clock.instant().plus(Duration.ofMinutes(10))));
    Optional<ShownNotice> moved = restartAt(clock.instant().plus(Duration.ofMinutes(40)));
    beat(moved);
    assertThat(frontend.notices).hasSize(2);

    clock.advance(Duration.ofMinutes(30));
    beat(moved);
    assertThat(frontend.notices).hasSize(3);
  }

  @Test
  @Tag("R112")
  void show_commandWantsMoreTime_isPassedOnLikeTheFrontendsWish() {
    frontend.postpone = Optional.of(Duration.ofMinutes(10));
    beat(restartAt(clock.instant().plus(Duration.ofMinutes(30))));
    assertThat(wishes).containsExactly(Duration.ofMinutes(10));

    hook.postpone.accept(Duration.ofMinutes(5));

    assertThat(wishes).containsExactly(Duration.ofMinutes(10), Duration.ofMinutes(5));
  }

  @Test
  @Tag("R111")
  void showStore_news_tellsTheCommandOnceAlsoWhereTheFrontendIsNotUp() {
    frontend.broken = AgentBench.notUp();
    session.showStore(Optional.of(IN_STORE));
    session.showStore(Optional.of(IN_STORE));
    session.tick();
    frontend.broken = null;
    settle();
    assertThat(hook.stores).containsExactly(Optional.of(IN_STORE));

    session.showStore(Optional.empty());
    settle();

    assertThat(hook.stores).containsExactly(Optional.of(IN_STORE), Optional.empty());
  }
}
