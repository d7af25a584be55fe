package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.engine.DiskRecorder.Event;
import dev.lockstep.testkit.ReliabilityFigures;
import dev.lockstep.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
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

  /** A state of the disk: how far, what of the doubtful is kept, which journal. */
  private record Cut(int at, BitSet kept, int journal) {}

  @BeforeAll
  static void prepare() throws IOException {
    repository = SignedDevice.publish(folder.resolve("publisher"));
    SignedDevice.template(folder.resolve("template"), repository);
  }

  @AfterAll
  static void close() {
    repository.close();
  }

  @Test
  @Tag("R87")
  @Tag("R97")
  void goodUpdate_powerGoesAtEveryInstant_nextStartFinishesIt() throws IOException {
    everyInstant(SignedDevice.NEW, "COMMITTED", SignedDevice.NEW);
  }

  @Test
  @Tag("R87")
  @Tag("R93")
  @Tag("R97")
  void failingMigration_powerGoesAtEveryInstant_nextStartGoesBack() throws IOException {
    everyInstant(SignedDevice.BAD, "REVERTED", SignedDevice.OLD);
  }

  private void everyInstant(String version, String outcome, String ends) throws IOException {
    Path recorded = SignedDevice.copy(folder.resolve("template"), folder.resolve("record" + ends));
    List<Event> events = record(recorded, version, outcome);
    PowerCut power = new PowerCut(events, recorded);
    List<Cut> cuts = cuts(power, events.size());
    List<String> wrong = new ArrayList<>();
    for (Cut cut : cuts) {
      try {
        recover(power, cut, version, outcome, ends);
      } catch (AssertionError | RuntimeException failed) {
        wrong.add(cut + " before " + events.get(Math.min(cut.at(), events.size() - 1)) + failed);
      }
    }
    assertThat(wrong).as("states drawn with seed %d", SEED).isEmpty();
    ReliabilityFigures.tell("`PowerCutTest` " + outcome, events.size(), cuts.size());
  }

  private static List<Event> record(Path where, String version, String outcome) throws IOException {
    DiskRecorder recorder = new DiskRecorder(where);
    try (SignedDevice device = new SignedDevice(where, repository, recorder)) {
      device.device.faults = recorder;
      device.start();
      assertThat(device.update("job", version)).isEqualTo(outcome);
      device.nothingIsLeft();
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

  private static void recover(PowerCut power, Cut cut, String version, String outcome, String ends)
      throws IOException {
    Path where = folder.resolve("cut");
    SignedDevice.copy(folder.resolve("template"), where);
    power.replay(cut.at(), cut.kept()::get, cut.journal(), where);
    try (SignedDevice device = new SignedDevice(where, repository, new DiskFaults(0))) {
      device.start();
      assertThat(device.update("job", version)).isEqualTo(outcome);
      device.device.assertRuns(ends);
      assertThat(device.consistent()).isEqualTo(ends);
      device.nothingIsLeft();
      assertThat(Files.exists(where.resolve("state/atomic.db.damaged-1"))).isFalse();
    } finally {
      new SignedDevice(where, repository, new DiskFaults(0)).remove();
    }
  }
}
