package dev.lockstep.atomicupdates.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Aftermath;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Attempts;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Desired;
import dev.lockstep.atomicupdates.deployment.DeploymentJournal.Remembered;
import dev.lockstep.atomicupdates.domain.Failure;
import dev.lockstep.atomicupdates.domain.Install;
import dev.lockstep.atomicupdates.domain.InstallState;
import dev.lockstep.atomicupdates.journal.Database;
import dev.lockstep.atomicupdates.journal.DeferralJournal;
import dev.lockstep.atomicupdates.journal.InstallJournal;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One bit of the journal's file is turned: it is found, or nothing reads differently. */
@Tag("R135")
class TurnedBitTest {
  private static final int HEADER = 100;

  /** In the header: SQLite calls it a file of an unknown kind, not a damaged one. */
  private static final int FORMAT = 47;

  /** In the header: above 2, SQLite only reads the file. */
  private static final int WRITE_VERSION = 18;

  private static final int DRAWN = 120;

  @TempDir Path folder;

  private static void fill(Database database) {
    InstallJournal installs = new InstallJournal(database);
    for (int i = 0; i < 12; i++) {
      installs.save(
          new Install(
              new Install.Key("job-" + i, "backend"),
              new Install.Order(Install.Method.UPDATE, "tester", "stable/x"),
              new Install.Versions(Steps.V1, Steps.V11, null),
              new Install.Position(InstallState.COMMITTED, null, null, 0),
              new Install.Backups("backup-" + i, null),
              new Install.Times(Steps.T0, Steps.T0, Steps.T0, Steps.T0, Steps.T0, Steps.T0),
              Failure.forOperator(ErrorCode.ERROR_CODE_BACKUP_FAILED, "cannot: no; try"),
              7,
              true));
    }
    SqliteDeploymentJournal deployments = new SqliteDeploymentJournal(database);
    deployments.save(
        Steps.strict(),
        new Aftermath(
            List.of(new Desired(Steps.KIOSK_1, Steps.V11, "stable/kiosk-ui/x")),
            List.of(new Attempts(Steps.KIOSK_1, Steps.V11, 2, true, Steps.T0))));
    deployments.remember(new Remembered(Steps.backend(Steps.V1), Steps.T0));
    new DeferralJournal(database)
        .save("backend", Steps.V11, new DeferralJournal.Deferred(2, Steps.T0, Steps.T0));
  }

  private static List<Object> content(Database database) {
    SqliteDeploymentJournal deployments = new SqliteDeploymentJournal(database);
    InstallJournal installs = new InstallJournal(database);
    return List.of(
        installs.of("backend"),
        installs.find(new Install.Key("job-3", "backend")),
        installs.untold(),
        deployments.latest(10),
        deployments.running(),
        deployments.desired(Steps.KIOSK_1),
        deployments.attempts(Steps.KIOSK_1, Steps.V11),
        deployments.remembered(),
        new DeferralJournal(database).find("backend", Steps.V11));
  }

  @Test
  void open_anyBitTurned_isSetAsideOrReadsTheSame() throws IOException {
    Path file = folder.resolve("atomic.db");
    List<Object> before;
    try (Database database = Database.open(file, FaultPoints.NONE)) {
      fill(database);
      before = content(database);
    }
    byte[] whole = Files.readAllBytes(file);
    long seed = Long.getLong("lockstep.seed", System.nanoTime());
    System.out.println("bits are drawn with seed " + seed);
    Random random = new Random(seed);
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    int[] always = {
      FORMAT,
      WRITE_VERSION,
      text.indexOf("COMMITTED"),
      text.lastIndexOf("COMMITTED"),
      text.indexOf("job-3backend")
    };
    List<String> wrong = new ArrayList<>();
    int found = 0;
    for (int i = 0; i < DRAWN; i++) {
      // The header is small and each of its bytes has a meaning of its own.
      int at = i < always.length ? always[i] : random.nextInt(i % 4 == 0 ? HEADER : whole.length);
      int bit = i < always.length ? (always[i] == WRITE_VERSION ? 7 : 0) : random.nextInt(8);
      byte[] turned = whole.clone();
      turned[at] ^= (byte) (1 << bit);
      clear();
      Files.write(file, turned);
      try (Database database = Database.open(file, FaultPoints.NONE)) {
        List<Object> after = content(database);
        if (database.setAside().isPresent()) {
          found++;
        } else if (!after.equals(before)) {
          wrong.add("reads differently: byte %d, bit %d".formatted(at, bit));
        }
      } catch (RuntimeException failed) {
        wrong.add("byte %d, bit %d: %s".formatted(at, bit, failed));
      }
    }
    System.out.printf("of %d turned bits %d were found%n", DRAWN, found);
    assertThat(wrong).isEmpty();
    assertThat(found).isGreaterThan(DRAWN / 20);
  }

  private void clear() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path old : files.filter(Files::isRegularFile).toList()) {
        Files.delete(old);
      }
    }
  }
}
