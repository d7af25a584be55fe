package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.domain.Effect;
import dev.lockstep.atomicupdates.domain.Event;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.domain.InstallStep;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.process.LauncherFiles;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to an install while SQLite really refuses every write. */
class StateDoorTest {
  /** The door gave up after 150 tries once. */
  private static final int MANY = 200;

  private static final Install.Key KEY = new Install.Key("job", TestDevice.ID);

  @TempDir Path folder;
  private final AtomicInteger writes = new AtomicInteger();
  private final List<String> effects = new CopyOnWriteArrayList<>();
  private final List<Error> broken = new CopyOnWriteArrayList<>();
  private Database database;
  private InstallJournal journal;
  private StateDoor door;

  @BeforeEach
  void open() {
    database = Database.open(folder.resolve("atomic.db"), point -> count(point));
    journal = new InstallJournal(database);
    door =
        new StateDoor(
            journal, Clock.systemUTC(), broken::add, Duration.ofMillis(1), Duration.ofMillis(4));
    door.actBy((install, effect) -> effects.add(effect.kind() + " " + effect.step()));
    Install asked =
        Install.requested(
            KEY,
            new Install.Order(Install.Method.UPDATE, "", ""),
            new Install.Versions(v("1.0.0"), v("1.1.0"), null),
            Clock.systemUTC().instant());
    door.apply(door.apply(asked, Event.installAsked()), Event.ready("backup"));
    effects.clear();
  }

  private void count(String point) {
    if (point.equals("journal.install.INSTALLING.BACKUP.before")
        || point.equals("journal.settled.before")) {
      writes.incrementAndGet();
    }
    if (point.equals("journal.settled.after")) {
      effects.add("settled");
    }
  }

  @AfterEach
  void close() throws InterruptedException {
    door.shutDown();
    assertThat(door.awaitEnd(TestDevice.LONG)).isTrue();
    database.close();
  }

  /** The database may not change at all; reads work. */
  private void full(boolean full) {
    database.read(
        "test",
        connection -> {
          try (Statement statement = connection.createStatement()) {
            return statement.execute("PRAGMA query_only = " + full);
          } catch (SQLException failed) {
            throw new IllegalStateException(failed);
          }
        });
  }

  @Test
  @Tag("R97")
  @Tag("R176")
  void happened_journalUnwritableForLong_goesOnByItselfWhenItIsWritable() {
    full(true);
    door.happened(KEY, Event.done(InstallStep.QUIESCE, null));
    await().atMost(TestDevice.LONG).until(() -> writes.get() > MANY);
    assertThat(effects).isEmpty();
    assertThat(journal.find(KEY).orElseThrow().position().step()).isEqualTo(InstallStep.QUIESCE);

    full(false);

    await().atMost(TestDevice.LONG).until(() -> !effects.isEmpty());
    assertThat(effects).containsExactly("APPLY BACKUP");
    Install install = journal.find(KEY).orElseThrow();
    assertThat(install.state()).isEqualTo(InstallState.INSTALLING);
    assertThat(install.position().step()).isEqualTo(InstallStep.BACKUP);
  }

  @Test
  @Tag("R97")
  void shutDown_whileAnEventWaits_endsAtOnce() throws InterruptedException {
    full(true);
    door.happened(KEY, Event.done(InstallStep.QUIESCE, null));
    await().atMost(TestDevice.LONG).until(() -> writes.get() > 1);

    door.shutDown();

    assertThat(door.awaitEnd(TestDevice.LONG)).isTrue();
    assertThat(effects).isEmpty();
  }

  @Test
  @Tag("R97")
  void happened_anErrorOfJavaOnThisThread_endsTheProcess() {
    Error missing = new NoClassDefFoundError("of a test");
    door.actBy(
        (install, effect) -> {
          throw missing;
        });

    door.happened(KEY, Event.done(InstallStep.QUIESCE, null));

    await().atMost(TestDevice.LONG).until(() -> !broken.isEmpty());
    assertThat(broken).containsExactly(missing);
    assertThat(journal.find(KEY).orElseThrow().position().step())
        .as("the next process goes on from here")
        .isEqualTo(InstallStep.BACKUP);
  }

  @Test
  @Tag("R97")
  void later_anErrorOrAFailureAfterAPause_onlyTheErrorEndsTheProcess() {
    door.later(
        Duration.ZERO,
        () -> {
          throw new IllegalStateException("of a test");
        });
    Error missing = new NoClassDefFoundError("of a test");
    door.later(
        Duration.ofMillis(1),
        () -> {
          throw missing;
        });

    await().atMost(TestDevice.LONG).until(() -> !broken.isEmpty());
    assertThat(broken).containsExactly(missing);
  }

  /** Whoever started the process, it is ended the same way. */
  @Test
  @Tag("R97")
  void broken_startedByALauncherOrNot_endsTheProcess() {
    List<Throwable> ends = new CopyOnWriteArrayList<>();
    Throwable why = new NoClassDefFoundError("of a test");
    Map<String, String> launched =
        Map.of(LauncherFiles.FOLDER, folder.toString(), LauncherFiles.LAUNCHED, "1.0.0");

    for (Map<String, String> environment : List.of(Map.<String, String>of(), launched)) {
      LauncherFiles.of(environment, FaultPoints.NONE, () -> {}, ends::add).broken(why);
    }

    assertThat(ends).containsExactly(why, why);
  }

  @Test
  @Tag("R97")
  void withdraw_journalUnwritableForLong_isDoneOnceWhenItIsWritable() throws Exception {
    full(true);
    withdraw(ErrorCode.ERROR_CODE_JOURNAL);
    await().atMost(TestDevice.LONG).until(() -> writes.get() > 3);
    int more =
        door.call(
                () -> {
                  int before = writes.get();
                  door.withdraw(refused(ErrorCode.ERROR_CODE_JOURNAL));
                  return writes.get() - before;
                })
            .get(TestDevice.LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(more).as("the next try is for all that was refused").isZero();
    assertThat(effects).isEmpty();

    full(false);

    await().atMost(TestDevice.LONG).until(() -> !effects.isEmpty());
    assertThat(effects).containsExactly("settled");
  }

  @Test
  @Tag("R97")
  void withdraw_refusedForAnotherReason_writesNothing() throws Exception {
    withdraw(ErrorCode.ERROR_CODE_CHECK_VERSION_MALFORMED);
    door.call(() -> null).get(TestDevice.LONG.toSeconds(), TimeUnit.SECONDS);

    assertThat(effects).isEmpty();
  }

  private void withdraw(ErrorCode code) {
    door.submit("withdraw", () -> door.withdraw(refused(code)));
  }

  private static AtomicUpdatesException refused(ErrorCode code) {
    return new AtomicUpdatesException.Install(
        code, ErrorCategory.ERROR_CATEGORY_OPERATOR, "of a test", null);
  }

  @Test
  @Tag("R97")
  void submit_anErrorThatCannotEvenBeLogged_endsTheProcess() {
    Error unspeakable =
        new Error() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new OutOfMemoryError("of a test");
          }
        };

    door.submit(
        "fail",
        () -> {
          throw unspeakable;
        });

    await().atMost(TestDevice.LONG).until(() -> !broken.isEmpty());
    assertThat(broken.get(0)).isSameAs(unspeakable);
  }

  @Test
  @Tag("R97")
  void happened_anEffectFails_theOthersAreCarriedOut() {
    for (InstallStep step : InstallStep.values()) {
      if (step != InstallStep.LAST) {
        door.apply(journal.find(KEY).orElseThrow(), Event.done(step, null));
      }
    }
    effects.clear();
    door.actBy(
        (install, effect) -> {
          effects.add(effect.kind().name());
          if (effect.kind() == Effect.Kind.TELL_END) {
            throw new IllegalStateException("of a test");
          }
        });

    door.happened(KEY, Event.done(InstallStep.LAST, null));

    await().atMost(TestDevice.LONG).until(() -> effects.contains("CLEAN_UP"));
    assertThat(effects).containsExactly("TELL_END", "CLEAN_UP");
    assertThat(journal.find(KEY).orElseThrow().state()).isEqualTo(InstallState.COMMITTED);
  }
}
