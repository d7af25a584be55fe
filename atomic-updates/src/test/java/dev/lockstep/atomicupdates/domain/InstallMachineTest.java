package dev.lockstep.atomicupdates.domain;

import static dev.lockstep.atomicupdates.domain.Installs.LATER;
import static dev.lockstep.atomicupdates.domain.Installs.NOW;
import static dev.lockstep.atomicupdates.domain.Installs.v;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.protocol.v1.ErrorCategory;
import dev.lockstep.protocol.v1.ErrorCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A line of events in, a list of effects out. */
class InstallMachineTest {
  private static final Failure WHY =
      Failure.reverting(ErrorCode.ERROR_CODE_HEALTH_FAILED, "cannot keep 1.1.0");
  private Install install = Installs.requested();
  private final List<String> effects = new ArrayList<>();

  private void happens(Event... events) {
    for (Event event : events) {
      InstallMachine.Transition next = InstallMachine.apply(install, event, LATER);
      install = next.install();
      next.effects()
          .forEach(
              effect ->
                  effects.add(effect.kind() + (effect.step() == null ? "" : " " + effect.step())));
    }
  }

  @Test
  @Tag("R99")
  @Tag("R101")
  void stageAndInstall_allGoesWell_stepsInOrderThenCommit() {
    happens(Event.stageAsked(), Event.staged(100), Event.installAsked(), Event.ready("b"));
    for (InstallStep step : InstallStep.values()) {
      happens(
          Event.done(
              step, step == InstallStep.QUIESCE ? NOW : step == InstallStep.VERIFY ? LATER : null));
    }

    assertThat(install.state()).isEqualTo(InstallState.COMMITTED);
    assertThat(effects)
        .containsExactly(
            "FETCH",
            "TELL_STAGED",
            "ASK",
            "APPLY QUIESCE",
            "APPLY BACKUP",
            "APPLY ACTIVATE",
            "APPLY MIGRATE",
            "APPLY START",
            "APPLY VERIFY",
            "TELL_END",
            "CLEAN_UP");
    assertThat(install.downtime()).isEqualTo(Duration.between(NOW, LATER));
    assertThat(install.bytesFetched()).isEqualTo(100);
    assertThat(install.told()).isFalse();
  }

  @Test
  @Tag("R92")
  void verifyFails_undoneInReverseBeginningWithVerify() {
    at(InstallStep.VERIFY);
    effects.clear();
    happens(Event.failed(InstallStep.VERIFY, WHY));
    for (int i = InstallStep.values().length - 1; i >= 0; i--) {
      happens(Event.done(InstallStep.values()[i], i == 0 ? LATER : null));
    }

    assertThat(install.state()).isEqualTo(InstallState.REVERTED);
    assertThat(install.failure()).isEqualTo(WHY);
    assertThat(effects)
        .containsExactly(
            "UNDO VERIFY",
            "UNDO START",
            "UNDO MIGRATE",
            "UNDO ACTIVATE",
            "UNDO BACKUP",
            "UNDO QUIESCE",
            "TELL_END",
            "CLEAN_UP");
  }

  @Test
  @Tag("R81")
  void backupFails_nothingIsActivatedAndDataUntouched() {
    at(InstallStep.BACKUP);
    effects.clear();
    happens(Event.failed(InstallStep.BACKUP, WHY));

    assertThat(effects).containsExactly("UNDO BACKUP");
    assertThat(install.dataTouched()).isFalse();
  }

  @Test
  void migrationBegun_dataCountAsTouched() {
    at(InstallStep.MIGRATE);
    assertThat(install.dataTouched()).isTrue();
  }

  @Test
  @Tag("R100")
  void undoFails_needsAPersonAndKeepsBothReasons() {
    at(InstallStep.ACTIVATE);
    happens(
        Event.failed(InstallStep.ACTIVATE, WHY),
        Event.failed(
            InstallStep.ACTIVATE,
            Failure.forOperator(ErrorCode.ERROR_CODE_REVERT_FAILED, "cannot switch")));

    assertThat(install.state()).isEqualTo(InstallState.REVERT_FAILED);
    assertThat(install.failure().category()).isEqualTo(ErrorCategory.ERROR_CATEGORY_OPERATOR);
    assertThat(install.failure().message()).contains("cannot switch").contains("cannot keep 1.1.0");
    assertThat(effects).doesNotContain("CLEAN_UP");
  }

  @Test
  void stepWaits_sameStepAgainAfterThePause() {
    at(InstallStep.START);
    InstallMachine.Transition next =
        InstallMachine.apply(
            install, Event.waits(InstallStep.START, "restart", Duration.ofSeconds(1)), LATER);

    assertThat(next.install()).isSameAs(install);
    assertThat(next.effects())
        .containsExactly(Effect.apply(InstallStep.START, Duration.ofSeconds(1)));
  }

  @Test
  void lateEventOfAnotherStep_refused() {
    at(InstallStep.START);
    assertThatThrownBy(() -> happens(Event.done(InstallStep.BACKUP, null)))
        .isInstanceOfSatisfying(
            dev.lockstep.atomicupdates.AtomicUpdatesException.class,
            defect -> assertThat(defect.code()).isEqualTo(ErrorCode.ERROR_CODE_TRANSITION))
        .hasMessageContaining("INSTALLING at START");
  }

  @Test
  @Tag("R97")
  void resumedWhileVerifying_startedAgainFirst() {
    at(InstallStep.VERIFY);
    effects.clear();
    happens(Event.resumed());

    assertThat(effects).containsExactly("APPLY START");
    assertThat(install.position().resumes()).isEqualTo(1);
    assertThat(install.position().reached()).isEqualTo(InstallStep.VERIFY);
  }

  @Test
  @Tag("R97")
  void resumedAgainAndAgain_revertedThenGivenUp() {
    at(InstallStep.MIGRATE);
    effects.clear();
    int boots = 0;
    while (!install.state().finished()) {
      happens(Recovery.atBoot(install, none -> false).orElseThrow());
      boots++;
    }

    assertThat(boots).isEqualTo(Recovery.MAX_RESUMES + Recovery.MAX_REVERT_RESUMES + 2);
    assertThat(effects).contains("UNDO MIGRATE");
    assertThat(install.state()).isEqualTo(InstallState.REVERT_FAILED);
    assertThat(install.failure().code()).isEqualTo(ErrorCode.ERROR_CODE_RESUMED_TOO_OFTEN);
  }

  @Test
  void percent_neverFalls() {
    List<Integer> percents = new ArrayList<>();
    happens(Event.installAsked());
    percents.add(Percent.of(install));
    happens(Event.ready(null));
    for (InstallStep step : InstallStep.values()) {
      percents.add(Percent.of(install));
      if (step != InstallStep.VERIFY) {
        happens(Event.done(step, null));
      }
    }
    happens(Event.failed(InstallStep.VERIFY, WHY));
    for (int i = InstallStep.values().length - 1; i >= 0; i--) {
      percents.add(Percent.of(install));
      happens(Event.done(InstallStep.values()[i], null));
    }
    percents.add(Percent.of(install));

    assertThat(percents).isSorted().endsWith(100);
  }

  @Test
  void mayStart_notWhileInstallingNorInAVersionThatFailed() {
    assertThat(Recovery.mayStart(Installs.in(InstallState.INSTALLING), v("1.0.0"))).isFalse();
    assertThat(Recovery.mayStart(Installs.in(InstallState.REVERTING), v("1.0.0"))).isFalse();
    assertThat(Recovery.mayStart(Installs.in(InstallState.REVERT_FAILED), v("1.1.0"))).isFalse();
    assertThat(Recovery.mayStart(Installs.in(InstallState.REVERT_FAILED), v("1.0.0"))).isTrue();
    assertThat(Recovery.mayStart(Installs.in(InstallState.COMMITTED), v("1.1.0"))).isTrue();
  }

  @Test
  @Tag("R90")
  @Tag("R100")
  void restoreFailed_noVersionMayStartAndTheNextStartTriesAgain() {
    install = Installs.owingData(WHY);
    assertThat(Recovery.mayStart(install, v("1.0.0"))).isFalse();
    assertThat(Recovery.mayStart(install, v("1.1.0"))).isFalse();

    happens(Recovery.atBoot(install, none -> false).orElseThrow());
    assertThat(install.state()).isEqualTo(InstallState.REVERTING);
    happens(Event.done(InstallStep.BACKUP, null), Event.done(InstallStep.QUIESCE, Installs.LATER));

    assertThat(install.state()).isEqualTo(InstallState.REVERTED);
    assertThat(effects).containsExactly("UNDO BACKUP", "UNDO QUIESCE", "TELL_END", "CLEAN_UP");
    assertThat(install.failure()).isEqualTo(WHY);
  }

  @Test
  @Tag("R100")
  void restoreEndsTheProcessAgainAndAgain_givenUpUntilAPersonAsks() {
    install = Installs.owingData(WHY);
    happens(Recovery.atBoot(install, none -> false).orElseThrow());
    while (!install.state().finished()) {
      happens(Recovery.atBoot(install, none -> false).orElseThrow());
    }

    assertThat(Recovery.atBoot(install, none -> false)).isEmpty();
    assertThat(Recovery.mayStart(install, v("1.0.0"))).isFalse();
    happens(Event.restoreAsked());
    assertThat(install.state()).isEqualTo(InstallState.REVERTING);
  }

  @Test
  void retention_keepsActivePreviousMovingNewerAndNewestWaiting() {
    Set<dev.lockstep.protocol.version.ReleaseVersion> kept =
        Retention.keep(
            v("1.2.0"),
            v("1.1.0"),
            List.of(
                v("0.7.0"),
                v("0.8.0"),
                v("0.9.0"),
                v("1.0.0"),
                v("1.1.0"),
                v("1.2.0"),
                v("1.3.0"),
                v("1.4.0")),
            List.of(
                Installs.waitingWith(v("1.3.0"), InstallState.STAGED),
                Installs.waitingWith(v("0.7.0"), InstallState.STAGED),
                Installs.waitingWith(v("0.9.0"), InstallState.DOWNLOADING)));

    assertThat(kept)
        .as("not 0.7.0, which waits for a downgrade, and not 0.8.0, which nobody needs")
        .containsExactlyInAnyOrder(
            v("0.9.0"), v("1.0.0"), v("1.1.0"), v("1.2.0"), v("1.3.0"), v("1.4.0"));
  }

  @Test
  @Tag("R90")
  void retention_whileAnInstallGoesOn_keepsWhatWouldBePreviousAgain() {
    Install going =
        Install.requested(
                new Install.Key("job", "backend"),
                new Install.Order(Install.Method.UPDATE, "", ""),
                new Install.Versions(v("1.0.0"), v("1.1.0"), v("0.9.0")),
                NOW)
            .at(
                new Install.Position(
                    InstallState.INSTALLING, InstallStep.START, InstallStep.START, 0),
                NOW);

    // It is active already, and "previous" points at the version that it came from.
    assertThat(Retention.indispensable(v("1.1.0"), v("1.0.0"), List.of(going)))
        .containsExactlyInAnyOrder(v("1.1.0"), v("1.0.0"), v("0.9.0"));
  }

  private void at(InstallStep step) {
    happens(Event.installAsked(), Event.ready("b"));
    for (InstallStep done : InstallStep.values()) {
      if (done.compareTo(step) < 0) {
        happens(Event.done(done, null));
      }
    }
  }
}
