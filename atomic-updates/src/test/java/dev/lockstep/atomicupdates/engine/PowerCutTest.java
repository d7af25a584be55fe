package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.engine.DiskRecorder.Event;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.atomicupdates.slots.SlotDirectory;
import dev.lockstep.testkit.ReliabilityFigures;
import dev.lockstep.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power goes at every instant of an update: its changes of the disk are recorded, replayed up
 * to there without what no fsync had made sure of (all of it, then a part of it by chance), the
 * journal being cut anywhere after its last sure commit. The next start finishes the update.
 */
class PowerCutTest {
  private static final long SEED = 20_261_121;

  /** At every how many-th instant a part of what is not sure is kept. */
  private static final int STRIDE = 4;

  @TempDir(factory = CrashTest.InMemory.class)
  static Path folder;

  private static TestRepository repository;

  private static final String JOB = "job";

  /** What is done on which device, and how it has to end whenever the power goes. */
  private enum Story {
    COMMITTED("template", SignedDevice.NEW, "kept") {
      @Override
      String done(SignedDevice device) {
        return device.update(JOB, SignedDevice.NEW);
      }
    },
    REVERTED("template", SignedDevice.OLD, "kept") {
      @Override
      String done(SignedDevice device) {
        return device.update(JOB, SignedDevice.BAD);
      }
    },
    ASKED_BACK("updated", SignedDevice.OLD, "kept") {
      @Override
      String done(SignedDevice device) {
        device.askBack(JOB);
        InstallResult result = device.device.result(JOB);
        assertThat(result.error()).isNull();
        return result.outcome() == Outcome.REVERTED ? name() : result.toString();
      }
    },
    FRESH("empty", SignedDevice.OLD, null) {
      @Override
      String done(SignedDevice device) {
        InstallResult result = device.device.installAndWait(JOB, SignedDevice.OLD);
        return result.outcome() == Outcome.COMMITTED ? name() : result.toString();
      }
    },
    STAGED_BY_DELTA("template", SignedDevice.OLD, "kept") {
      @Override
      String done(SignedDevice device) throws IOException {
        String staged = device.stage(JOB, SignedDevice.BY_DELTA);
        SlotDirectory slots =
            new SlotDirectory(device.device.home(), Optional.empty(), FaultPoints.NONE);
        assertThat(slots.differences(Releases.v(SignedDevice.BY_DELTA))).isEmpty();
        return staged.equals("STAGED") ? name() : staged;
      }
    };

    final String template;
    final String ends;
    final String precious;

    Story(String template, String ends, String precious) {
      this.template = template;
      this.ends = ends;
      this.precious = precious;
    }

    /** Does it, or what is left of it; gives its own name where it ended as it has to. */
    abstract String done(SignedDevice device) throws IOException;
  }

  /** A state of the disk: how far, what of the doubtful is kept, which journal. */
  private record Cut(int at, BitSet kept, int journal) {}

  @BeforeAll
  static void prepare() throws IOException {
    repository = SignedDevice.publish(folder.resolve("publisher"));
    SignedDevice.publishDelta(repository, folder.resolve("tree"));
    Path template = folder.resolve("template");
    SignedDevice.template(template, repository);
    SignedDevice.updated(template, folder.resolve("updated"), repository, "written by 1.1.0");
    SignedDevice.staged(
        Files.createDirectory(folder.resolve("empty")), repository, SignedDevice.OLD);
  }

  @AfterAll
  static void close() {
    repository.close();
  }

  @Test
  @Tag("R87")
  @Tag("R97")
  void goodUpdate_powerGoesAtEveryInstant_nextStartFinishesIt() throws Exception {
    everyInstant(Story.COMMITTED, 1);
  }

  @Test
  @Tag("R87")
  @Tag("R93")
  @Tag("R97")
  void failingMigration_powerGoesAtEveryInstant_nextStartGoesBack() throws Exception {
    everyInstant(Story.REVERTED, 1);
  }

  @Test
  @Tag("R87")
  @Tag("R91")
  @Tag("R97")
  void revertWithData_powerGoesAtEveryInstant_nextStartFinishesIt() throws Exception {
    everyInstant(Story.ASKED_BACK, 1);
  }

  @Test
  @Tag("R87")
  @Tag("R97")
  void freshInstall_powerGoesAtEveryInstant_nextStartFinishesIt() throws Exception {
    everyInstant(Story.FRESH, 1);
  }

  @Test
  @Tag("R64")
  @Tag("R87")
  @Tag("R97")
  void downloadByDelta_powerGoesAtEveryInstant_nextStartFinishesIt() throws Exception {
    everyInstant(Story.STAGED_BY_DELTA, 2);
  }

  private void everyInstant(Story story, int stride) throws Exception {
    Path recorded =
        SignedDevice.copy(folder.resolve(story.template), folder.resolve("record-" + story));
    List<Event> events = record(recorded, story);
    PowerCut power = new PowerCut(events, recorded);
    List<Cut> cuts = cuts(power, events.size());
    int tried =
        EachPlace.of(
            cuts.size(),
            stride,
            number -> {
              Cut cut = cuts.get(number - 1);
              try {
                recover(power, cut, story, folder.resolve(story + "-" + number));
                return true;
              } catch (AssertionError | RuntimeException failed) {
                Event next = events.get(Math.min(cut.at(), events.size() - 1));
                throw new AssertionError(
                    "seed %d, %s before %s: %s".formatted(SEED, cut, next, failed), failed);
              }
            });
    ReliabilityFigures.tell("`PowerCutTest` " + story, events.size(), tried);
  }

  private static List<Event> record(Path where, Story story) throws IOException {
    DiskRecorder recorder = new DiskRecorder(where);
    try (SignedDevice device = new SignedDevice(where, repository, recorder)) {
      device.device.faults = recorder;
      device.start();
      assertThat(story.done(device)).isEqualTo(story.name());
      device.nothingIsLeft();
      if (story == Story.STAGED_BY_DELTA) {
        assertThat(device.device.engine.log(JOB, 1, 100))
            .noneMatch(line -> line.text().contains("the whole release is fetched"));
      }
      return recorder.events();
    }
  }

  /** Each instant with nothing kept that was not sure, and once more with a part kept. */
  private static List<Cut> cuts(PowerCut power, int events) {
    Random random = new Random(SEED);
    Set<BitSet> seen = new HashSet<>();
    List<Cut> cuts = new ArrayList<>();
    for (int at = 1; at <= events; at++) {
      BitSet sure = power.durable(at);
      int journals = power.journalStates(at);
      if (seen.add(sure)) {
        cuts.add(new Cut(at, sure, random.nextInt(journals)));
      }
      BitSet some = (BitSet) sure.clone();
      for (int i = 0; i < at; i++) {
        some.set(i, sure.get(i) || random.nextBoolean());
      }
      if (at % STRIDE == 0 && seen.add(some)) {
        cuts.add(new Cut(at, some, random.nextInt(journals)));
      }
    }
    return cuts;
  }

  private static void recover(PowerCut power, Cut cut, Story story, Path where) throws IOException {
    SignedDevice.copy(folder.resolve(story.template), where);
    power.replay(cut.at(), cut.kept()::get, cut.journal(), where);
    try (SignedDevice device = new SignedDevice(where, repository, new DiskFaults(0))) {
      device.start();
      assertThat(story.done(device)).isEqualTo(story.name());
      device.device.assertRuns(story.ends);
      assertThat(device.consistent(story.precious)).isEqualTo(story.ends);
      device.nothingIsLeft();
      assertThat(Files.exists(where.resolve("state/atomic.db.damaged-1"))).isFalse();
    } finally {
      new SignedDevice(where, repository, new DiskFaults(0)).remove();
    }
  }
}
