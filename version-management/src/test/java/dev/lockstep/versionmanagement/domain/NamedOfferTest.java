package dev.lockstep.versionmanagement.domain;

import static dev.lockstep.versionmanagement.domain.Samples.backend;
import static dev.lockstep.versionmanagement.domain.Samples.backendAt;
import static dev.lockstep.versionmanagement.domain.Samples.catalogue;
import static dev.lockstep.versionmanagement.domain.Samples.frontend;
import static dev.lockstep.versionmanagement.domain.Samples.frontendAt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.protocol.v1.ErrorCode;
import dev.lockstep.protocol.version.ReleaseVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Exactly what a person names, older ones too. */
@Tag("R27")
class NamedOfferTest {
  private static final List<ComponentOnDevice> APP =
      List.of(
          backendAt("1.1.0", "1.1.0"),
          frontendAt("kiosk-1", "1.1.0", "^1.0.0"),
          frontendAt("kiosk-2", "1.1.0", "^1.0.0"));
  private static final Catalogue RELEASES =
      catalogue(
          backend("1.0.0", "1.0.0"),
          backend("1.1.0", "1.1.0"),
          frontend("1.0.0", "^1.0.0"),
          frontend("1.1.0", "^1.0.0"));

  private static Wanted wanted(Set<String> devices, String... names) {
    Map<String, ReleaseVersion> versions = new TreeMap<>();
    for (String name : names) {
      String[] parts = name.split("@");
      versions.put(parts[0], ReleaseVersion.parse(parts[1]));
    }
    return new Wanted(versions, devices);
  }

  private static NamedOffer.Result named(
      List<ComponentOnDevice> inventory, Catalogue catalogue, Wanted wanted) {
    return new NamedOffer("stable", inventory, catalogue, List.of(), Hardware.UNKNOWN).of(wanted);
  }

  private static NamedOffer.Result named(String... names) {
    return named(APP, RELEASES, wanted(Set.of(), names));
  }

  private static ErrorCode refusal(NamedOffer.Result result) {
    assertThat(result.offer()).isEqualTo(Offer.NONE);
    return result.problem().orElseThrow().code();
  }

  @Test
  void of_olderVersion_isOfferedAndSaysWhatHappensToTheData() {
    NamedOffer.Result result = named("backend@1.0.0");

    assertThat(result.problem()).isEmpty();
    assertThat(result.offer().inWords()).isEqualTo("backend 1.0.0");
    assertThat(result.offer().downgrades()).isTrue();
    assertThat(result.offer().releases().get(0).from()).contains(ReleaseVersion.parse("1.1.0"));
    assertThat(result.offer().releases().get(0).manifestTarget()).contains("backend-1.0.0");
    assertThat(result.remarks())
        .singleElement()
        .asString()
        .contains("the data stay as 1.1.0 left them", "revert");
  }

  @Test
  void of_oneDevice_leavesTheOthers() {
    NamedOffer.Result result = named(APP, RELEASES, wanted(Set.of("kiosk-2"), "kiosk-ui@1.0.0"));

    assertThat(result.offer().sites()).containsExactly(new Site("kiosk-2", "kiosk-ui"));
    assertThat(result.offer().everywhere()).isFalse();
  }

  @Test
  void of_whatIsThere_isNothingToDo() {
    NamedOffer.Result result = named("backend@1.1.0", "kiosk-ui@1.1.0");

    assertThat(result.problem()).isEmpty();
    assertThat(result.offer()).isEqualTo(Offer.NONE);
  }

  @Test
  void of_whatIsNotSigned_isRefusedAndNamesWhatThereIs() {
    NamedOffer.Result result = named("backend@0.9.0");

    assertThat(refusal(result)).isEqualTo(ErrorCode.ERROR_CODE_OFFER_UNKNOWN);
    assertThat(result.problem().get().message()).contains("1.1.0, 1.0.0");
  }

  @Test
  void of_unknownComponentOrDevice_isRefused() {
    assertThat(refusal(named("kiosk@1.0.0")))
        .isEqualTo(ErrorCode.ERROR_CODE_INSTALL_UNKNOWN_COMPONENT);
    assertThat(refusal(named(APP, RELEASES, wanted(Set.of("kiosk-9"), "kiosk-ui@1.0.0"))))
        .isEqualTo(ErrorCode.ERROR_CODE_DEPLOYMENT_UNKNOWN_DEVICE);
    assertThat(refusal(named(APP, RELEASES, wanted(Set.of("kiosk-1"), "backend@1.0.0"))))
        .as("a device that does not have it")
        .isEqualTo(ErrorCode.ERROR_CODE_DEPLOYMENT_UNKNOWN_DEVICE);
  }

  @Test
  @Tag("R26")
  void of_whatWouldLeaveAFrontendWithoutItsApi_isRefusedUnlessTheFrontendComesAlong() {
    List<ComponentOnDevice> app =
        List.of(backendAt("1.1.0", "1.1.0"), frontendAt("kiosk-1", "1.1.0", "^1.1.0"));

    NamedOffer.Result alone = named(app, RELEASES, wanted(Set.of(), "backend@1.0.0"));
    NamedOffer.Result both =
        named(app, RELEASES, wanted(Set.of(), "backend@1.0.0", "kiosk-ui@1.0.0"));

    assertThat(refusal(alone)).isEqualTo(ErrorCode.ERROR_CODE_OFFER_INCOMPATIBLE);
    assertThat(alone.problem().get().message())
        .isEqualTo(
            "cannot install backend 1.0.0: kiosk-ui 1.1.0 on kiosk-1 requires backend ^1.1.0, and"
                + " backend 1.0.0 on hub provides 1.0.0; name a release of the other component that"
                + " fits it too");
    assertThat(both.offer().inWords()).isEqualTo("backend 1.0.0, kiosk-ui 1.0.0");
  }

  @Test
  void of_otherPlatform_isRefused() {
    Catalogue releases = catalogue(backend("1.0.0", "1.0.0").platform("windows/amd64"));

    assertThat(refusal(named(APP, releases, wanted(Set.of(), "backend@1.0.0"))))
        .isEqualTo(ErrorCode.ERROR_CODE_NO_ARTIFACT_FOR_PLATFORM);
  }

  @Test
  void of_otherChannel_isRefused() {
    Catalogue releases = catalogue(backend("1.0.0", "1.0.0").channel("beta"));

    assertThat(refusal(named(APP, releases, wanted(Set.of(), "backend@1.0.0"))))
        .isEqualTo(ErrorCode.ERROR_CODE_OFFER_UNKNOWN);
  }

  @Test
  void of_skipped_isRefused() {
    List<Skip> skips = List.of(new Skip("backend", ReleaseVersion.parse("1.0.0"), "alex"));

    NamedOffer.Result result =
        new NamedOffer("stable", APP, RELEASES, skips, Hardware.UNKNOWN)
            .of(wanted(Set.of(), "backend@1.0.0"));

    assertThat(refusal(result)).isEqualTo(ErrorCode.ERROR_CODE_POLICY_REFUSED);
  }

  @Test
  void of_leavingACriticalRelease_saysSo() {
    Catalogue releases =
        catalogue(backend("1.0.0", "1.0.0"), backend("1.0.5", "1.0.5").asCritical());

    NamedOffer.Result result = named(APP, releases, wanted(Set.of(), "backend@1.0.0"));

    assertThat(result.remarks()).anySatisfy(one -> assertThat(one).contains("critical"));
  }

  @Test
  @Tag("R173")
  void of_aGoalBehindSteps_isTheFirstStepAndShowsTheWay() {
    List<ComponentOnDevice> app = List.of(backendAt("1.0.0", "1.0.0"));
    Catalogue releases =
        catalogue(
            backend("1.1.0", "1.1.0").asCheckpoint(),
            backend("1.2.0", "1.2.0").asCheckpoint(),
            backend("1.3.0", "1.3.0"),
            backend("1.4.0", "1.4.0"));

    NamedOffer.Result result = named(app, releases, wanted(Set.of(), "backend@1.3.0"));

    assertThat(result.offer().inWords()).isEqualTo("backend 1.1.0");
    assertThat(result.offer().releases().get(0).then())
        .containsExactly(ReleaseVersion.parse("1.2.0"), ReleaseVersion.parse("1.3.0"));
    assertThat(result.remarks()).anySatisfy(one -> assertThat(one).contains("1.2.0, then 1.3.0"));
  }

  @Test
  @Tag("R173")
  void of_downOverACheckpoint_isDirect() {
    Catalogue releases =
        catalogue(backend("1.0.0", "1.0.0"), backend("1.0.5", "1.0.5").asCheckpoint());

    assertThat(named(APP, releases, wanted(Set.of(), "backend@1.0.0")).offer().inWords())
        .isEqualTo("backend 1.0.0");
  }
}
