package dev.lockstep.versionmanagement.domain;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.backendAt;
import static dev.lockstep.versionmanagement.domain.Samples.catalogue;
import static dev.lockstep.versionmanagement.domain.Samples.component;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static dev.lockstep.versionmanagement.domain.Samples.frontendAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.version.ReleaseVersion;
import dev.lockstep.versionmanagement.domain.OfferMaker.Proposal;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OfferMakerTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final List<ComponentOnDevice> APP =
      List.of(
          backendAt("1.0.0", "1.0.0"),
          frontendAt("kiosk-1", "1.0.0", "^1.0.0"),
          frontendAt("kiosk-2", "1.0.0", "^1.0.0"));

  private static Proposal make(List<ComponentOnDevice> inventory, Catalogue catalogue) {
    return new OfferMaker("stable").make(inventory, catalogue, Exclusions.NONE);
  }

  @Test
  @Tag("R57")
  void make_nothingNewer_offersNothing() {
    Proposal proposal =
        make(APP, catalogue(backend("1.0.0", "1.0.0"), frontend("1.0.0", "^1.0.0")));

    assertThat(proposal).isEqualTo(Proposal.NOTHING);
  }

  @Test
  @Tag("R26")
  void make_allFit_offersTheHighestOfEachOnAllDevices() {
    Proposal proposal =
        make(
            APP,
            catalogue(
                backend("1.9.0", "1.9.0"),
                backend("1.10.0", "1.10.0"),
                frontend("1.1.0", "^1.0.0")));

    assertThat(proposal.offer().inWords()).isEqualTo("backend 1.10.0, kiosk-ui 1.1.0");
    assertThat(proposal.offer().sites())
        .extracting(Site::toString)
        .containsExactly("backend on hub", "kiosk-ui on kiosk-1", "kiosk-ui on kiosk-2");
    assertThat(proposal.offer().everywhere()).isTrue();
    assertThat(proposal.withheld()).isEmpty();
  }

  @Test
  void make_severalVersionsOfOneFrontend_bringsAllToOne() {
    List<ComponentOnDevice> app =
        List.of(
            APP.get(0),
            frontendAt("kiosk-1", "1.0.0", "^1.0.0"),
            frontendAt("kiosk-2", "1.1.0", "^1.0.0"),
            frontendAt("kiosk-3", "1.2.0", "^1.0.0"));

    Offer offer = make(app, catalogue(frontend("1.2.0", "^1.0.0"))).offer();

    assertThat(offer.releases())
        .extracting(one -> one.from().orElseThrow().toString(), OfferedRelease::devices)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("1.0.0", List.of("kiosk-1")),
            org.assertj.core.groups.Tuple.tuple("1.1.0", List.of("kiosk-2")));
    assertThat(offer.everywhere()).isTrue();
  }

  @Test
  void make_notInstalledYet_isOfferedFromNothing() {
    List<ComponentOnDevice> fresh =
        List.of(
            component("hub", "backend", ComponentRole.BACKEND, "", Map.of(), Map.of()),
            component("kiosk-1", "kiosk-ui", ComponentRole.FRONTEND, "", Map.of(), Map.of()));

    Proposal both = make(fresh, catalogue(backend("1.0.0", "1.0.0"), frontend("1.0.0", "^1.0.0")));
    Proposal frontendOnly = make(fresh, catalogue(frontend("1.0.0", "^1.0.0")));

    assertThat(both.offer().releases())
        .extracting(OfferedRelease::from)
        .containsOnly(Optional.empty());
    assertThat(both.offer().inWords()).isEqualTo("backend 1.0.0, kiosk-ui 1.0.0");
    assertThat(frontendOnly.offer()).isEqualTo(Offer.NONE);
    assertThat(frontendOnly.withheld())
        .singleElement()
        .extracting(Withheld::reason)
        .asString()
        .contains("nothing provides it");
  }

  @Test
  @Tag("R39")
  void make_releaseOfAnotherChannel_isNeverOffered() {
    Catalogue mixed =
        catalogue(
            backend("1.1.0", "1.1.0"),
            backend("1.2.0", "1.2.0").channel("beta"),
            backend("1.3.0", "1.3.0").channel("dev"));

    Proposal proposal = make(APP, mixed);

    assertThat(proposal.offer().inWords()).isEqualTo("backend 1.1.0");
    assertThat(proposal.withheld()).isEmpty();
  }

  @Test
  void make_platform_prefersTheExactBuildAndWithholdsWhatHasNone() {
    Proposal exact =
        make(
            APP,
            catalogue(
                backend("1.1.0", "1.1.0"), backend("1.1.0", "1.1.0").platform("linux/amd64")));
    Proposal none = make(APP, catalogue(backend("1.1.0", "1.1.0").platform("linux/arm64")));

    assertThat(exact.offer().releases())
        .singleElement()
        .extracting(OfferedRelease::manifestTarget)
        .isEqualTo("stable/backend/backend-1.1.0-linux-amd64.manifest.json");
    assertThat(none.offer()).isEqualTo(Offer.NONE);
    assertThat(none.withheld())
        .singleElement()
        .extracting(Withheld::reason)
        .isEqualTo("there is no build for platform \"linux/amd64\"");
  }

  @Test
  void make_unknownKindOrFormat_isWithheldAndTheNextIsOffered() {
    Proposal proposal =
        make(
            APP,
            catalogue(
                backend("1.3.0", "1.3.0").kind("packages"),
                backend("1.2.0", "1.2.0").format("rar"),
                backend("1.1.0", "1.1.0")));

    assertThat(proposal.offer().inWords()).isEqualTo("backend 1.1.0");
    assertThat(proposal.withheld()).extracting(Withheld::version).containsExactly("1.2.0", "1.3.0");
  }

  @Test
  void make_rolloutShare_takesAShareOfDevicesAndGrowsOnlyByAdding() {
    List<ComponentOnDevice> kiosks = new ArrayList<>(List.of(APP.get(0)));
    IntStream.range(0, 400).forEach(i -> kiosks.add(frontendAt("kiosk-" + i, "1.0.0", "^1.0.0")));

    List<Site> tenth = sites(kiosks, 10);
    List<Site> half = sites(kiosks, 50);

    assertThat(tenth).hasSizeBetween(20, 70);
    assertThat(half).hasSizeBetween(150, 250).containsAll(tenth);
    assertThat(sites(kiosks, 0)).isEmpty();
    assertThat(sites(kiosks, 100)).hasSize(400);
    assertThat(
            make(kiosks, catalogue(frontend("1.1.0", "^1.0.0").percent(10))).offer().everywhere())
        .isFalse();
  }

  private static List<Site> sites(List<ComponentOnDevice> kiosks, int percent) {
    return make(kiosks, catalogue(frontend("1.1.0", "^1.0.0").percent(percent))).offer().sites();
  }

  @Test
  @Tag("R173")
  void make_checkpoint_comesBeforeWhatIsNewer() {
    Proposal proposal =
        make(APP, catalogue(backend("1.1.0", "1.1.0").asCheckpoint(), backend("1.2.0", "1.2.0")));

    assertThat(proposal.offer().inWords()).isEqualTo("backend 1.1.0");
    assertThat(proposal.withheld())
        .singleElement()
        .extracting(Withheld::reason)
        .isEqualTo("it is reached through 1.1.0, which comes first");
  }

  @Test
  @Tag("R174")
  void make_requiredRelease_comesBeforeNewerOnesUntilItIsInstalled() {
    Catalogue releases =
        catalogue(
            backend("1.1.0", "1.1.0"),
            backend("1.2.0", "1.2.0").asRequired(),
            backend("1.3.0", "1.3.0").asCritical());

    Proposal before = make(APP, releases);
    assertThat(before.offer().inWords()).isEqualTo("backend 1.2.0");
    assertThat(before.withheld())
        .singleElement()
        .extracting(Withheld::reason)
        .isEqualTo("it is reached through 1.2.0, which comes first");
    assertThat(make(List.of(backendAt("1.2.0", "1.2.0")), releases).offer().inWords())
        .isEqualTo("backend 1.3.0");
  }

  @Test
  void make_criticalReleaseJumpedOver_makesItsSuccessorCritical() {
    Catalogue releases =
        catalogue(backend("1.1.0", "1.1.0").asCritical(), backend("1.2.0", "1.2.0"));

    assertThat(make(APP, releases).offer().critical()).isTrue();
    assertThat(make(List.of(backendAt("1.1.0", "1.1.0")), releases).offer().critical()).isFalse();
  }

  @Test
  void make_skippedAndFailed_areWithheldAndTheNextIsOffered() {
    Catalogue releases =
        catalogue(backend("1.1.0", "1.1.0"), backend("1.2.0", "1.2.0"), backend("1.3.0", "1.3.0"));
    Exclusions exclusions =
        Exclusions.of(
            List.of(new Skip("backend", ReleaseVersion.parse("1.3.0"), "alex")),
            List.of(failure("backend", "1.2.0", true)),
            releases,
            NOW,
            ZONE);

    Proposal proposal = new OfferMaker("stable").make(APP, releases, exclusions);

    assertThat(proposal.offer().inWords()).isEqualTo("backend 1.1.0");
    assertThat(proposal.withheld())
        .extracting(Withheld::reason)
        .satisfiesExactly(
            failed ->
                assertThat(failed)
                    .isEqualTo("reverted on 2026-06-01 14:00: it broke; ask for it with --again"),
            skipped -> assertThat(skipped).isEqualTo("skipped by alex"));
  }

  @Test
  void make_companionOfAFailedRelease_comesBackWithSomethingNewer() {
    List<Failure> failures =
        List.of(failure("backend", "1.2.0", true), failure("kiosk-ui", "1.2.0", false));
    Catalogue before = catalogue(backend("1.2.0", "1.2.0"), frontend("1.2.0", "^1.0.0"));
    Catalogue after =
        catalogue(
            backend("1.2.0", "1.2.0"), backend("1.2.1", "1.2.1"), frontend("1.2.0", "^1.0.0"));

    OfferMaker maker = new OfferMaker("stable");

    assertThat(
            maker.make(APP, before, Exclusions.of(List.of(), failures, before, NOW, ZONE)).offer())
        .isEqualTo(Offer.NONE);
    assertThat(
            maker
                .make(APP, after, Exclusions.of(List.of(), failures, after, NOW, ZONE))
                .offer()
                .inWords())
        .isEqualTo("backend 1.2.1, kiosk-ui 1.2.0");
  }

  private static Failure failure(String component, String version, boolean culprit) {
    return Failure.next(
        Offer.NONE,
        component,
        ReleaseVersion.parse(version),
        culprit,
        Failure.Kind.REVERTED,
        0,
        NOW,
        "it broke");
  }

  @Test
  void make_unreadableDescription_isWithheldAndOthersGoOn() {
    Catalogue catalogue =
        new Catalogue(
            List.of(backend("1.1.0", "1.1.0").release()),
            List.of(
                new Withheld("backend", "1.2.0", "unreadable"),
                new Withheld("backend", "0.9.0", "unreadable"),
                new Withheld("other", "1.0.0", "unreadable")));

    Proposal proposal = make(APP, catalogue);

    assertThat(proposal.offer().inWords()).isEqualTo("backend 1.1.0");
    assertThat(proposal.withheld()).extracting(Withheld::version).containsExactly("1.2.0");
  }

  @Test
  void make_sameInput_hasTheSameIdAndAnotherHasAnother() {
    Catalogue releases = catalogue(backend("1.1.0", "1.1.0"));
    String id = make(APP, releases).offer().id();

    assertThat(make(APP, releases).offer().id()).isEqualTo(id).hasSize(32);
    assertThat(make(APP, catalogue(backend("1.1.1", "1.1.1"))).offer().id()).isNotEqualTo(id);
    assertThat(
            make(
                    List.of(
                        backendAt("1.0.0", "1.0.0"),
                        component(
                            "hub-2",
                            "backend",
                            ComponentRole.BACKEND,
                            "1.0.0",
                            Map.of(),
                            Map.of())),
                    releases)
                .offer()
                .id())
        .isNotEqualTo(id);
  }

  @Test
  void make_componentThatIsOnlyWatched_isNotOffered() {
    ComponentOnDevice watched =
        new ComponentOnDevice(
            new Site("hub", "backend"),
            ComponentRole.BACKEND,
            Optional.of(ReleaseVersion.parse("1.0.0")),
            Map.of(),
            Map.of(),
            "linux/amd64",
            true,
            "",
            false,
            false,
            Optional.empty(),
            List.of());

    assertThat(make(List.of(watched), catalogue(backend("1.1.0", "1.1.0"))))
        .isEqualTo(Proposal.NOTHING);
  }
}
