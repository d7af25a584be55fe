package dev.lockstep.atomicupdates.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.AtomicUpdatesException;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.testkit.ReliabilityFigures;
import dev.lockstep.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each write, fsync, rename, open, link, deletion and new folder of a download and an install is
 * refused once, in turn with "no space", "input/output error" and "permission denied". The device
 * stays at the old version or gets to the new one, says why, and gets there at the next try.
 */
class DiskFaultTest {
  @TempDir(factory = CrashTest.InMemory.class)
  static Path folder;

  private static TestRepository repository;
  private final Map<String, Integer> outcomes = new ConcurrentSkipListMap<>();

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
  @Tag("R71")
  @Tag("R81")
  @Tag("R87")
  @Tag("R90")
  @Tag("R176")
  void update_eachChangeOfTheDiskIsRefusedOnce_oldOrNewAndTheNextTrySucceeds() throws Exception {
    int changes = changes();
    int refused = EachPlace.of(changes, 1, this::refuse);
    assertThat(refused).isGreaterThan(changes * 9 / 10);
    assertThat(outcomes).containsKeys("COMMITTED", "REVERTED");
    ReliabilityFigures.tell("`DiskFaultTest`", changes, refused);
  }

  private static int changes() throws IOException {
    DiskFaults none = new DiskFaults(0);
    Path where = SignedDevice.copy(folder.resolve("template"), folder.resolve("count"));
    try (SignedDevice device = new SignedDevice(where, repository, none)) {
      assertThat(device.start().update("job", SignedDevice.NEW)).isEqualTo("COMMITTED");
      device.nothingIsLeft();
      return none.count();
    }
  }

  private boolean refuse(int change) throws IOException {
    Path where = SignedDevice.copy(folder.resolve("template"), folder.resolve("run-" + change));
    DiskFaults faults = new DiskFaults(change);
    try (SignedDevice device = new SignedDevice(where, repository, faults)) {
      String outcome = first(device);
      faults.end();
      outcomes.merge(outcome, 1, Integer::sum);
      device.device.stop(false);
      String version = device.consistent();
      assertThat(version)
          .isEqualTo(outcome.equals("COMMITTED") ? SignedDevice.NEW : SignedDevice.OLD);
      assertThat(device.start().update("again", SignedDevice.NEW)).isEqualTo("COMMITTED");
      device.device.assertRuns(SignedDevice.NEW);
      assertThat(device.consistent()).isEqualTo(SignedDevice.NEW);
      device.nothingIsLeft();
    } catch (AssertionError | RuntimeException wrong) {
      throw new AssertionError(faults.refused + ": " + wrong, wrong);
    }
    new SignedDevice(where, repository, faults).remove();
    return !faults.refused.isEmpty();
  }

  /** A journal that cannot be opened keeps the device from starting, and is reported. */
  static String first(SignedDevice device) {
    try {
      device.start();
    } catch (AtomicUpdatesException notStarted) {
      assertThat(notStarted.code()).isEqualTo(ErrorCode.ERROR_CODE_JOURNAL);
      return "NOT_STARTED";
    }
    String outcome = device.update("job", SignedDevice.NEW);
    assertThat(outcome).isNotEqualTo(Outcome.REVERT_FAILED.name());
    return outcome;
  }
}
