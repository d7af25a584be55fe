package dev.lockstep.atomicupdates.bus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.deployment.DeploymentJournal;
import dev.lockstep.atomicupdates.deployment.SqliteDeploymentJournal;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.bus.memory.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetJournalTest {
  private static final int POINTS = 40;
  @TempDir Path folder;

  @Test
  @Tag("R97")
  @Tag("R106")
  void installRequest_hubDiesBeforeOrAfterEachWriteOfItsJournal_theDeploymentGoesOn() {
    boolean died = true;
    int point = 0;
    for (; died && point < POINTS; point++) {
      died = diesAt(point);
    }
    // Two points for each of the eight writes of the deployment, and one run that lives.
    assertThat(point).isBetween(17, POINTS - 1);
  }

  private boolean diesAt(int point) {
    AtomicReference<Database> open = new AtomicReference<>();
    AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    Path file = folder.resolve("atomic-" + point + ".db");
    try (Fleet fleet = new Fleet(point, "^1.0.0", () -> journal(file, open, left))) {
      fleet.broker.faults(Faults.NONE.delaying(Duration.ofMillis(40)));
      left.set(point);
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(3));
      boolean died = left.get() < 0;
      left.set(Integer.MAX_VALUE);
      fleet.killHub();
      fleet.startHub();
      fleet.install("job-1", "1.1.0");
      fleet.pass(Duration.ofSeconds(40));

      assertThat(fleet.ends()).as("died at %d", point).contains("job-1 COMMITTED");
      assertThat(fleet.log)
          .as("died at %d", point)
          .filteredOn(line -> line.startsWith("install"))
          .containsExactly(
              "install backend 1.1.0 on hub",
              "install kiosk-ui 1.1.0 on kiosk-1",
              "install kiosk-ui 1.1.0 on kiosk-2");
      return died;
    } finally {
      open.get().close();
    }
  }

  private static DeploymentJournal journal(
      Path file, AtomicReference<Database> open, AtomicInteger left) {
    Database before = open.getAndSet(Database.open(file, dyingAfter(left)));
    if (before != null) {
      before.close();
    }
    return new SqliteDeploymentJournal(open.get());
  }

  /** After so many points nothing of the process acts any more: every write fails. */
  private static FaultPoints dyingAfter(AtomicInteger left) {
    return point -> {
      if (left.decrementAndGet() < 0) {
        throw new IllegalStateException("dead at " + point);
      }
    };
  }
}
