package dev.lockstep.versionmanagement.deployment;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.backendAt;
import static dev.lockstep.versionmanagement.domain.Samples.catalogue;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static dev.lockstep.versionmanagement.domain.Samples.frontendAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Attendance;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Begun;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Ended;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Heard;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Restored;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.SiteEnded;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Staged;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.StagingFailed;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.TimePassed;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Wished;
import dev.lockstep.versionmanagement.deployment.DeploymentEvent.Withdrawn;
import dev.lockstep.versionmanagement.domain.Exclusions;
import dev.lockstep.versionmanagement.domain.Offer;
import dev.lockstep.versionmanagement.domain.OfferMaker;
import dev.lockstep.versionmanagement.domain.PreferredTime;
import dev.lockstep.versionmanagement.domain.Problem;
import dev.lockstep.versionmanagement.domain.Site;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeploymentMachineTest {
  private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
  private static final Instant THREE = Instant.parse("2026-06-02T03:00:00Z");
  private static final ReleaseVersion NEW = ReleaseVersion.parse("1.1.0");
  private static final Site BACKEND = new Site("hub", "backend");
  private static final Site KIOSK = new Site("kiosk-1", "kiosk-ui");
  private static final Problem PROBLEM =
      Problem.retry(ErrorCode.ERROR_CODE_DISK_FULL, "cannot stage: the disk is full");
  private static final Offer OFFER =
      new OfferMaker("stable")
          .make(
              List.of(backendAt("1.0.0", "1.0.0"), frontendAt("kiosk-1", "1.0.0", "^1.0.0")),
              catalogue(backend("1.1.0", "1.1.0"), frontend("1.1.0", "^1.0.0")),
              Exclusions.NONE)
          .offer();
  private static final DeploymentMachine MACHINE =
      new DeploymentMachine(
          new DeploymentLimits(Duration.ofHours(1), Duration.ofMinutes(30), Duration.ofSeconds(10)),
          new PreferredTime(LocalTime.of(3, 0), ZoneOffset.UTC));

  private Deployment deployment = begun(Wish.Kind.NONE);
  private Instant now = NOON;

  private static Deployment begun(Wish.Kind kind) {
    return Deployment.begin("job", OFFER, Wish.ofPolicy(kind), NOON);
  }

  private List<DeploymentEffect> on(DeploymentEvent... events) {
    List<DeploymentEffect> effects = new ArrayList<>();
    for (DeploymentEvent event : events) {
      DeploymentMachine.Transition transition = MACHINE.apply(deployment, event, now);
      deployment = transition.deployment();
      effects.addAll(transition.effects());
    }
    return effects;
  }

  private List<DeploymentEffect> stageAll() {
    return on(new Staged(BACKEND, NEW), new Staged(KIOSK, NEW));
  }

  private List<DeploymentEffect> at(Instant time) {
    now = time;
    return on(new TimePassed());
  }

  @Test
  void wholeWay_nobodyAsked_endsStagedAndWaits() {
    assertThat(on(new Begun())).containsExactly(DeploymentEffect.REQUEST_DOWNLOAD);
    assertThat(on(new Staged(BACKEND, NEW))).isEmpty();
    assertThat(deployment.state()).isEqualTo(DeploymentState.DOWNLOADING);

    assertThat(on(new Staged(KIOSK, NEW))).isEmpty();

    assertThat(deployment.state()).isEqualTo(DeploymentState.STAGED);
    assertThat(MACHINE.nextWakeUp(deployment)).isEmpty();
  }

  @Test
  @Tag("R34")
  @Tag("R35")
  void wholeWay_policySaysNow_announcesThenInstalls() {
    deployment = begun(Wish.Kind.NOW);

    assertThat(stageAll()).containsExactly(DeploymentEffect.ANNOUNCE_PLAN);
    assertThat(deployment.plannedAt()).contains(NOON.plusSeconds(10));

    assertThat(at(NOON.plusSeconds(10))).containsExactly(DeploymentEffect.REQUEST_INSTALL);
    assertThat(on(new SiteEnded(BACKEND, true, Optional.empty()))).isEmpty();
    assertThat(on(new Ended(DeploymentState.COMMITTED, Optional.empty()))).isEmpty();
    assertThat(deployment.state()).isEqualTo(DeploymentState.COMMITTED);
    assertThat(deployment.finishedAt()).contains(now);
  }

  @Test
  @Tag("R37")
  void staged_preferredTime_isPlannedForTheNextOne() {
    deployment = begun(Wish.Kind.PREFERRED);

    assertThat(stageAll()).containsExactly(DeploymentEffect.ANNOUNCE_PLAN);

    assertThat(deployment.plannedAt()).contains(THREE);
    assertThat(MACHINE.nextWakeUp(deployment)).contains(THREE);
    assertThat(at(THREE.minusMillis(1))).isEmpty();
    assertThat(at(THREE)).containsExactly(DeploymentEffect.REQUEST_INSTALL);
  }

  @Test
  @Tag("R36")
  void wished_personSaysNow_installsAtOnceAndAnnouncesFirst() {
    stageAll();

    List<DeploymentEffect> effects =
        on(new Wished(Wish.ofPerson(Wish.Kind.NOW, Optional.empty(), "alex")));

    assertThat(effects)
        .containsExactly(DeploymentEffect.ANNOUNCE_PLAN, DeploymentEffect.REQUEST_INSTALL);
  }

  @Test
  @Tag("R11")
  @Tag("R36")
  void wished_changedAndCancelled_isAnnouncedEachTime() {
    stageAll();
    Instant evening = NOON.plusSeconds(3600);

    assertThat(on(wish(Wish.Kind.AT, evening))).containsExactly(DeploymentEffect.ANNOUNCE_PLAN);
    assertThat(on(wish(Wish.Kind.AT, evening))).as("the same again").isEmpty();
    assertThat(on(wish(Wish.Kind.AT, evening.plusSeconds(1))))
        .containsExactly(DeploymentEffect.ANNOUNCE_PLAN);
    assertThat(on(wish(Wish.Kind.NONE, null))).containsExactly(DeploymentEffect.ANNOUNCE_CANCEL);
    assertThat(deployment.state()).isEqualTo(DeploymentState.STAGED);
    assertThat(at(evening.plusSeconds(2))).isEmpty();
  }

  private static Wished wish(Wish.Kind kind, Instant at) {
    return new Wished(Wish.ofPerson(kind, Optional.ofNullable(at), "alex"));
  }

  @Test
  void wished_whileDownloading_countsOnceStaged() {
    on(wish(Wish.Kind.AT, NOON.plusSeconds(60)));
    assertThat(deployment.state()).isEqualTo(DeploymentState.DOWNLOADING);

    stageAll();

    assertThat(deployment.state()).isEqualTo(DeploymentState.SCHEDULED);
    assertThat(deployment.plannedAt()).contains(NOON.plusSeconds(60));
  }

  @Test
  void staged_otherVersionOrSite_changesNothing() {
    on(
        new Staged(BACKEND, ReleaseVersion.parse("1.0.0")),
        new Staged(new Site("other", "backend"), NEW));

    assertThat(deployment.parts()).allMatch(part -> part.state() == Part.State.WAITING);
  }

  @Test
  void stagingFailed_anySite_endsAndStopsTheOthers() {
    on(new Staged(BACKEND, NEW));

    assertThat(on(new StagingFailed(KIOSK, PROBLEM)))
        .containsExactly(DeploymentEffect.CANCEL_DOWNLOAD);

    assertThat(deployment.state()).isEqualTo(DeploymentState.FAILED);
    assertThat(deployment.problem().orElseThrow().message())
        .isEqualTo("kiosk-ui on kiosk-1: cannot stage: the disk is full");
  }

  @Test
  @Tag("R16")
  void download_noAnswer_isRequestedAgainWithGrowingPausesUntilTheDeadline() {
    on(new Begun());
    int requests = 0;
    Instant before = NOON;
    while (deployment.state() == DeploymentState.DOWNLOADING) {
      Instant next = MACHINE.nextWakeUp(deployment).orElseThrow();
      assertThat(next).isAfter(before);
      assertThat(Duration.between(before, next)).isLessThanOrEqualTo(Duration.ofSeconds(30));
      before = next;
      List<DeploymentEffect> effects = at(next);
      if (effects.contains(DeploymentEffect.REQUEST_DOWNLOAD)) {
        requests++;
      }
    }

    assertThat(requests).isBetween(100, 130);
    assertThat(now).isEqualTo(NOON.plus(Duration.ofHours(1)));
    assertThat(deployment.state()).isEqualTo(DeploymentState.FAILED);
    assertThat(deployment.problem().orElseThrow().code())
        .isEqualTo(ErrorCode.ERROR_CODE_DEPLOYMENT_DEVICE_SILENT);
    assertThat(deployment.problem().orElseThrow().message())
        .contains("backend on hub", "kiosk-ui on kiosk-1");
  }

  @Test
  @Tag("R16")
  void install_noAnswer_isRequestedAgainUntilProgressAndThenOnlyToRepair() {
    deployment = begun(Wish.Kind.NOW);
    stageAll();
    at(NOON.plusSeconds(10));

    assertThat(at(NOON.plusSeconds(11))).containsExactly(DeploymentEffect.REQUEST_INSTALL);
    on(new Heard(true));
    assertThat(at(NOON.plusSeconds(70))).isEmpty();
    assertThat(at(NOON.plusSeconds(71))).containsExactly(DeploymentEffect.REQUEST_INSTALL);
  }

  @Test
  void install_silentForTooLong_isMarkedFailed() {
    deployment = begun(Wish.Kind.NOW);
    stageAll();
    at(NOON.plusSeconds(10));
    now = NOON.plus(Duration.ofMinutes(20));
    on(new Heard(true));

    at(NOON.plus(Duration.ofMinutes(49)));
    assertThat(deployment.state()).isEqualTo(DeploymentState.INSTALLING);
    at(NOON.plus(Duration.ofMinutes(50)));
    assertThat(deployment.state()).isEqualTo(DeploymentState.FAILED);
  }

  @Test
  void attendance_awayFrontend_isLeftBehindAndWaitedForAgainWhenBack() {
    on(new Staged(BACKEND, NEW), new Attendance(Set.of(KIOSK)));
    assertThat(deployment.state()).isEqualTo(DeploymentState.STAGED);

    deployment = begun(Wish.Kind.NONE);
    on(new Attendance(Set.of(KIOSK)), new Attendance(Set.of()), new Staged(BACKEND, NEW));
    assertThat(deployment.state()).isEqualTo(DeploymentState.DOWNLOADING);
  }

  @Test
  void attendance_everybodyAway_isNotStaged() {
    on(new Attendance(Set.of(KIOSK, BACKEND)));

    assertThat(deployment.state()).isEqualTo(DeploymentState.DOWNLOADING);
  }

  @Test
  @Tag("R44")
  void restored_plannedTimeStillAhead_keepsItAndSaysSoAgain() {
    deployment = begun(Wish.Kind.PREFERRED);
    stageAll();

    now = THREE.minusSeconds(1);
    assertThat(on(new Restored())).containsExactly(DeploymentEffect.ANNOUNCE_PLAN);
    assertThat(deployment.plannedAt()).contains(THREE);
    assertThat(at(THREE)).containsExactly(DeploymentEffect.REQUEST_INSTALL);
  }

  @Test
  @Tag("R44")
  void restored_timeMissedByLessThanAnHour_runsAfterANotice() {
    deployment = begun(Wish.Kind.PREFERRED);
    stageAll();

    now = THREE.plus(Duration.ofHours(1));
    assertThat(on(new Restored())).containsExactly(DeploymentEffect.ANNOUNCE_PLAN);
    assertThat(deployment.plannedAt()).contains(now.plusSeconds(10));
    assertThat(at(now.plusSeconds(10))).containsExactly(DeploymentEffect.REQUEST_INSTALL);
  }

  @Test
  @Tag("R44")
  void restored_timeMissedByMore_isPlannedForTheNextPreferredTime() {
    deployment = begun(Wish.Kind.PREFERRED);
    stageAll();

    now = THREE.plus(Duration.ofHours(1)).plusMillis(1);
    assertThat(on(new Restored())).containsExactly(DeploymentEffect.ANNOUNCE_PLAN);
    assertThat(deployment.plannedAt()).contains(THREE.plus(Duration.ofDays(1)));
  }

  @Test
  @Tag("R44")
  void timePassed_deviceSleptOverThePlannedTime_isPlannedAnew() {
    deployment = begun(Wish.Kind.PREFERRED);
    stageAll();

    assertThat(at(THREE.plus(Duration.ofHours(5)))).containsExactly(DeploymentEffect.ANNOUNCE_PLAN);
    assertThat(deployment.plannedAt()).contains(THREE.plus(Duration.ofDays(1)));
  }

  @Test
  @Tag("R44")
  void restored_whatWasRequested_isRequestedAgain() {
    assertThat(on(new Restored())).containsExactly(DeploymentEffect.REQUEST_DOWNLOAD);

    deployment = begun(Wish.Kind.NOW);
    stageAll();
    at(NOON.plusSeconds(10));
    now = NOON.plus(Duration.ofDays(1));
    assertThat(on(new Restored())).containsExactly(DeploymentEffect.REQUEST_INSTALL);
    assertThat(at(now.plusSeconds(1))).containsExactly(DeploymentEffect.REQUEST_INSTALL);
  }

  @Test
  void withdrawn_beforeTheInstall_takesEverythingBack() {
    assertThat(on(new Withdrawn(PROBLEM))).containsExactly(DeploymentEffect.CANCEL_DOWNLOAD);
    assertThat(deployment.state()).isEqualTo(DeploymentState.CANCELLED);

    deployment = begun(Wish.Kind.PREFERRED);
    stageAll();
    assertThat(on(new Withdrawn(PROBLEM))).containsExactly(DeploymentEffect.ANNOUNCE_CANCEL);
  }

  @Test
  void withdrawn_whileInstalling_changesNothing() {
    deployment = begun(Wish.Kind.NOW);
    stageAll();
    at(NOON.plusSeconds(10));

    assertThat(on(new Withdrawn(PROBLEM), wish(Wish.Kind.NONE, null))).isEmpty();
    assertThat(deployment.state()).isEqualTo(DeploymentState.INSTALLING);
  }

  @Test
  void siteEnded_revertAfterCommit_isNotTheCulprit() {
    deployment = begun(Wish.Kind.NOW);
    stageAll();
    at(NOON.plusSeconds(10));

    on(
        new SiteEnded(BACKEND, true, Optional.empty()),
        new SiteEnded(KIOSK, false, Optional.of(PROBLEM)),
        new SiteEnded(BACKEND, false, Optional.of(PROBLEM)));

    assertThat(deployment.part(BACKEND).orElseThrow().state()).isEqualTo(Part.State.STAGED);
    assertThat(deployment.part(KIOSK).orElseThrow().state()).isEqualTo(Part.State.FAILED);
  }

  @ParameterizedTest
  @EnumSource(names = {"COMMITTED", "REVERTED", "REVERT_FAILED", "REFUSED", "DEFERRED"})
  void ended_anything_changesNothingAnyMore(DeploymentState end) {
    deployment = begun(Wish.Kind.NOW);
    on(new Ended(end, Optional.empty()));
    assertThat(deployment.state())
        .as("an end of what was not begun")
        .isEqualTo(DeploymentState.DOWNLOADING);
    stageAll();
    at(NOON.plusSeconds(10));
    on(new Ended(end, Optional.of(PROBLEM)));
    Deployment ended = deployment;

    List<DeploymentEffect> effects =
        on(
            new Begun(),
            new Restored(),
            new Heard(true),
            new Staged(BACKEND, NEW),
            new StagingFailed(BACKEND, PROBLEM),
            new Attendance(Set.of()),
            wish(Wish.Kind.NOW, null),
            new TimePassed(),
            new SiteEnded(BACKEND, true, Optional.empty()),
            new Ended(DeploymentState.COMMITTED, Optional.empty()),
            new Withdrawn(PROBLEM));

    assertThat(effects).isEmpty();
    assertThat(deployment).isEqualTo(ended);
    assertThat(deployment.state()).isEqualTo(end);
  }

  @Test
  void differsDurably_onlyContactChanged_isFalse() {
    Deployment before = deployment;
    now = NOON.plusSeconds(5);
    on(new Heard(false));

    assertThat(deployment).isNotEqualTo(before);
    assertThat(deployment.differsDurably(before)).isFalse();
    stageAll();
    assertThat(deployment.differsDurably(before)).isTrue();
  }
}
