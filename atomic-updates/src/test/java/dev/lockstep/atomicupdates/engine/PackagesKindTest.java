package dev.lockstep.atomicupdates.engine;

import static dev.lockstep.atomicupdates.engine.Releases.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.lockstep.atomicupdates.DeviceUpdates.InstallOrder;
import dev.lockstep.atomicupdates.port.FaultPoints;
import dev.lockstep.atomicupdates.port.PackageUpgrades;
import dev.lockstep.atomicupdates.port.PackageUpgrades.Answer;
import dev.lockstep.atomicupdates.port.PackageUpgrades.End;
import dev.lockstep.atomicupdates.port.Reports.InstallResult;
import dev.lockstep.atomicupdates.port.Reports.Outcome;
import dev.lockstep.config.ComponentSettings;
import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A component of kind packages. The root helper with a real package manager: HelperTest. */
class PackagesKindTest {
  private static final Answer DONE = new Answer(End.DONE, "");

  @TempDir Path folder;
  private TestDevice device;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Deque<Answer> dry = new ArrayDeque<>();
  private final Deque<Answer> real = new ArrayDeque<>();

  @BeforeEach
  void prepare() {
    device = new TestDevice(folder);
    device.control = ComponentSettings.Control.EXTERNAL;
    device.healthCommand = List.of("/bin/true");
    device.packages = List.of("openssl", "libc6");
    device.upgrades =
        new PackageUpgrades() {
          @Override
          public Answer tryDry(List<String> names, Consumer<String> lines) {
            asked.add("dry " + names);
            lines.accept("Inst openssl");
            return dry.isEmpty() ? DONE : dry.remove();
          }

          @Override
          public Answer upgrade(List<String> names, Consumer<String> lines) {
            asked.add("upgrade " + names);
            lines.accept("Setting up openssl, password=hunter2");
            return real.isEmpty() ? DONE : real.remove();
          }
        };
  }

  @AfterEach
  void stop() {
    device.close();
  }

  private void installed(String version) throws IOException {
    device.start();
    assertThat(device.installed(version).outcome()).isEqualTo(Outcome.COMMITTED);
    asked.clear();
  }

  @Test
  @Tag("R95")
  @Tag("R177")
  void install_packages_triedDryThenUpgradedAndEveryLineIsInTheLog() throws IOException {
    installed("1.0.0");

    InstallResult result = device.installed("1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(asked).containsExactly("dry [openssl, libc6]", "upgrade [openssl, libc6]");
    assertThat(device.active()).isEqualTo("1.1.0");
    assertThat(device.reports.lines)
        .anyMatch(line -> line.endsWith("an upgrade of packages cannot be taken back"))
        .anyMatch(line -> line.endsWith("dry run: Inst openssl"))
        .anyMatch(line -> line.endsWith("Setting up openssl, password=***"));
    assertThat(device.backups).as("there is no way back").doesNotExist();
  }

  @Test
  @Tag("R95")
  @Tag("R118")
  void install_dryRunFailsOrNobodyUpgrades_refusedAtOnceAndNothingIsChanged() throws IOException {
    installed("1.0.0");
    dry.add(new Answer(End.FAILED, "the package manager ended with exit 100: held packages"));
    dry.add(new Answer(End.REFUSED, "the root helper at X does not answer"));
    dry.add(new Answer(End.BUSY, "another change of packages is going on"));
    device.stageGood("1.1.0");
    for (String why : List.of("held packages", "does not answer", "another change")) {
      InstallResult result = device.installAndWait(why, "1.1.0");
      assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
      assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_PACKAGES_REFUSED);
      assertThat(result.error())
          .hasMessageContainingAll("openssl, libc6", why, "nothing was changed");
      assertThat(result.error().category() == ErrorCategory.ERROR_CATEGORY_RETRY)
          .isEqualTo(why.startsWith("another"));
    }
    assertThat(device.active()).isEqualTo("1.0.0");
    assertThat(asked).noneMatch(line -> line.startsWith("upgrade"));
  }

  @Test
  @Tag("R100")
  void install_upgradeFails_needsAPersonAndALaterInstallLeadsOut() throws IOException {
    installed("1.0.0");
    real.add(new Answer(End.FAILED, "the package manager ended with exit 100: no space"));

    InstallResult result = device.installed("1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERT_FAILED);
    assertThat(result.error())
        .hasMessageContainingAll("openssl, libc6", "cannot be taken back", "no space");
    assertThat(device.installed("1.2.0").outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(device.active()).isEqualTo("1.2.0");
  }

  @Test
  @Tag("R100")
  void install_upgradeFailsBesideAUnit_theUnitIsNotLeftStopped() throws IOException {
    device.control = ComponentSettings.Control.SUPERVISED;
    installed("1.0.0");
    real.add(new Answer(End.FAILED, "the package manager ended with exit 100: no space"));

    assertThat(device.installed("1.1.0").outcome()).isEqualTo(Outcome.REVERT_FAILED);
    assertThat(device.runners()).hasSize(1);
  }

  @Test
  void install_helperIsGoneAfterTheDryRun_goesBackAsNothingWasChanged() throws IOException {
    installed("1.0.0");
    real.add(new Answer(End.REFUSED, "the root helper at X does not answer"));

    InstallResult result = device.installed("1.1.0");

    assertThat(result.outcome()).isEqualTo(Outcome.REVERTED);
    assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_PACKAGES_REFUSED);
    assertThat(device.active()).isEqualTo("1.0.0");
  }

  @Test
  void install_anotherUpgradeGoesOn_isWaitedFor() throws IOException {
    installed("1.0.0");
    real.add(new Answer(End.BUSY, "another change of packages is going on"));

    assertThat(device.installed("1.1.0").outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(asked)
        .containsExactly(
            "dry [openssl, libc6]", "upgrade [openssl, libc6]", "upgrade [openssl, libc6]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "packages.upgrade",
        "packages.upgraded",
        "APPLY.MIGRATE.after",
        "APPLY.START.before"
      })
  @Tag("R97")
  void install_processEndsAroundTheUpgrade_nextOneFinishesIt(String point) throws Exception {
    installed("1.0.0");
    device.stop(false);
    AtomicBoolean ended = new AtomicBoolean();
    device.faults =
        reached -> {
          if (ended.get() || reached.equals(point)) {
            ended.set(true);
            throw new SimulatedCrash.Crash(reached);
          }
        };
    device.start();
    device.stageGood("1.1.0");
    device.install("job", "1.1.0");
    await().dontCatchUncaughtExceptions().atMost(TestDevice.LONG).until(ended::get);
    device.die();

    device.faults = FaultPoints.NONE;
    device.start();

    assertThat(device.result("job").outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(device.active()).isEqualTo("1.1.0");
    assertThat(asked).contains("upgrade [openssl, libc6]");
  }

  @Test
  @Tag("R91")
  void revert_orDowngrade_isRefusedAndSaysWhy() throws IOException {
    installed("1.0.0");
    device.installed("1.1.0");
    asked.clear();

    device.engine.revert("back", TestDevice.ID, null, "tester");
    InstallResult down = device.installAndWait("down", "1.0.0");

    for (InstallResult result : List.of(device.result("back"), down)) {
      assertThat(result.outcome()).isEqualTo(Outcome.REFUSED);
      assertThat(result.error().code()).isEqualTo(ErrorCode.ERROR_CODE_NOTHING_TO_REVERT);
      assertThat(result.error()).hasMessageContaining("cannot be taken back");
    }
    assertThat(asked).isEmpty();
    assertThat(device.active()).isEqualTo("1.1.0");
  }

  @Test
  @Tag("R121")
  void dryRun_packages_saysWhatIsUpgradedAndThatThereIsNoWayBack() throws IOException {
    installed("1.0.0");
    device.stageGood("1.1.0");

    device.engine.install(new InstallOrder("plan", TestDevice.ID, v("1.1.0"), true, "tester"));

    assertThat(device.result("plan").plan())
        .contains(
            "upgrade the packages openssl, libc6 by the root helper",
            "commit; where it fails a person is needed: an upgrade of packages cannot be taken back")
        .noneMatch(line -> line.contains("back up"));
    assertThat(asked).isEmpty();
  }
}
